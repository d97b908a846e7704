"""Refusals: what the service declines to do, one class each; only `web.problems` knows their HTTP statuses.

    Refusal
    ├── SignInRefusal      WrongCredentials  WrongFirstSignIn  SlipExpired  TooManyFailures  TooManyFromHere
    │                      AccountInactive
    ├── PasswordRefusal    WeakPassword  KnownPassword  CommonPassword  SamePassword  WrongOldPassword
    ├── NotAllowed         the caller's role or scope does not reach this
    ├── NotFound           UnknownLesson  UnknownItem  OutdatedItem  UnknownAttempt  UnknownLearner  UnknownSerial
    ├── Malformed          BadPage  BadResponse  NotOnPaper  BadFile
    ├── NotNow             OtherAccount  NoProgramme  ExamNotOpen  HoursNotMet  NoAttemptsLeft  AlreadyPassed
    │                      AttemptFinished  NotQualified  CertificateRevoked  ProgrammeOpen
    │                      AttemptsOpen
    └── further ones beside what they refuse: `web.problems`, `certificate`, `exam`, `publish`, `passwords`

`sentence` is what the user reads, in Chinese, with the fields in braces; `code` is stable and part of the interface.
"""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):
    """Root of all refusals; `fields` keeps what the sentence was made of."""

    code: ClassVar[str] = "refused"
    sentence: ClassVar[str] = "无法完成此操作。"

    def __init__(self, **fields: object) -> None:
        super().__init__(self.sentence.format(**fields))
        self.fields = fields


class SignInRefusal(Refusal):
    """Sign-in was declined."""


class WrongCredentials(SignInRefusal):
    """No such login name, or not its password; which of the two is not said."""

    code = "wrong-credentials"
    sentence = "账号或密码不正确。账号可以是学法账号、手机号、QQ号或姓名全拼；忘记密码请联系本单位学法管理员重置。"


class WrongFirstSignIn(SignInRefusal):
    """Name, published password and last four digits don't open an account; which of them is not said."""

    code = "wrong-first-sign-in"
    sentence = (
        "账号、初始密码或手机号码后四位不正确。已经改过密码的，请用自己的密码登录；"
        "拿到一次性密码的，请用一次性密码登录；手机号码有变动的，请联系本单位学法管理员。"
    )


class SlipExpired(SignInRefusal):
    """The one-time password was right and its time is over; told only to somebody who knows it."""

    code = "slip-expired"
    sentence = "一次性密码已过期，请联系发给您的管理员重新发放。"


class TooManyFailures(SignInRefusal):
    """The account waits after repeated failures; `minutes` until the next try."""

    code = "too-many-failures"
    sentence = "密码连续输错次数较多，请 {minutes} 分钟后再试，或联系本单位学法管理员。"


class TooManyFromHere(SignInRefusal):
    """Too many wrong passwords came from the caller's network; `seconds` until the next try."""

    code = "too-many-from-here"
    sentence = "从您所在的网络登录，输错的次数较多，密码没有核对。请 {seconds} 秒后再试；您的账号没有被锁定。"


class AccountInactive(SignInRefusal):
    """The account is switched off."""

    code = "account-inactive"
    sentence = "该账号已失效，请联系本单位学法管理员。"


class PasswordRefusal(Refusal):
    """A new password was declined."""


class WeakPassword(PasswordRefusal):
    """The new password breaks the rule."""

    code = "weak-password"
    sentence = "新密码不符合要求：须为 8 至 64 位，同时含有字母和数字，不能含空格。"


class KnownPassword(PasswordRefusal):
    """The new password holds what others know of its owner."""

    code = "known-password"
    sentence = (
        "新密码里有您的账号、手机号、QQ号、姓名全拼或单位代码，没有保存。这些别人也知道，请换成与它们无关的字母和数字。"
    )


class CommonPassword(PasswordRefusal):
    """The new password keeps to the rule and is one of those that everybody tries first."""

    code = "common-password"
    sentence = (
        "这个密码太常见，容易被猜中，没有保存。请不要用连续的字母、数字、键盘上相邻的键、日期或常用词，"
        "换一个只有自己知道的，例如几个不相干的词加数字。"
    )


class SamePassword(PasswordRefusal):
    """The new password is the old or the initial one."""

    code = "same-password"
    sentence = "新密码不能与原密码或初始密码相同。"


class WrongOldPassword(PasswordRefusal):
    """The old password does not match."""

    code = "wrong-old-password"
    sentence = "原密码不正确，密码没有修改。"


class NotAllowed(Refusal):
    """The caller's role or scope does not reach this."""

    code = "not-allowed"
    sentence = "您没有办理此事项的权限。"


class NotFound(Refusal):
    """What was named does not exist."""

    code = "not-found"
    sentence = "没有找到您要的内容。"


class UnknownLesson(NotFound):
    """The active programme has no such lesson."""

    code = "unknown-lesson"
    sentence = "本年度课程中没有编号为“{lesson}”的课，没有记录。"


class UnknownItem(NotFound):
    """No such practice item."""

    code = "unknown-item"
    sentence = "没有编号为“{item}”的练习题。"


class OutdatedItem(NotFound):
    """No section of the lesson asks for this item now: the page is older than the content in force."""

    code = "stale-item"
    sentence = "试题“{item}”已不在本课的小节里，没有记录。课程可能已经更新，请刷新本页再答。"


class UnknownAttempt(NotFound):
    """No such attempt of this learner (another learner's is not found either)."""

    code = "unknown-attempt"
    sentence = "没有找到这次考试记录。"


class UnknownUnit(NotFound):
    """No such unit within the administrator's scope."""

    code = "unknown-unit"
    sentence = "您管理的范围内没有这个单位。"


class UnknownLearner(NotFound):
    """No such learner within the administrator's scope."""

    code = "unknown-learner"
    sentence = "您管理的范围内没有这名学员。"


class UnknownSerial(NotFound):
    """No certificate has this serial."""

    code = "unknown-serial"
    sentence = "没有查到编号为“{serial}”的证书，请核对编号后再试。"


class Malformed(Refusal):
    """The request's own form is wrong; nothing was recorded."""

    code = "malformed"
    sentence = "提交的内容格式不正确，未作记录：{why}"


class BadPage(Malformed):
    """A page number that this service never issued for the lesson."""

    code = "bad-page"
    sentence = "学习页面的序号不正确，未计学习时间，请刷新页面。"


class BadResponse(Malformed):
    """A response that the item does not allow."""

    code = "bad-response"
    sentence = "试题 {item} 没有这样的选项，未保存。"


class NotOnPaper(Malformed):
    """A response to an item that is not on this paper."""

    code = "not-on-paper"
    sentence = "试题 {item} 不在这份试卷上，未保存。"


class BadFile(Malformed):
    """An uploaded or named file cannot be read as what it should be."""

    code = "bad-file"
    sentence = "{why}"


class NotNow(Refusal):
    """Well-formed, but the programme's rules or the learner's standing do not allow it now."""

    code = "not-now"
    sentence = "现在还不能进行此操作。"


class OtherAccount(NotNow):
    """Somebody else has signed in since the page was opened; `name` is theirs."""

    code = "other-account"
    sentence = "这台设备现在登录的是{name}，与打开本页时不同，没有记录。请刷新本页。"


class NoProgramme(NotNow):
    """Nothing has been published yet."""

    code = "no-programme"
    sentence = "还没有发布年度学法考试方案，请联系学法考试主管部门。"


class ExamNotOpen(NotNow):
    """Neither the exam nor the make-up window is open."""

    code = "exam-not-open"
    sentence = "现在不在考试时间内。{when}"


class HoursNotMet(NotNow):
    """The programme's gate asks for the hours first."""

    code = "hours-not-met"
    sentence = "学时还没有达到要求（已有 {hours:g} 学时，需要 {required:g} 学时），达到后即可考试。"


class NoAttemptsLeft(NotNow):
    """All attempts of this window are used."""

    code = "no-attempts-left"
    sentence = "本次{window}的 {allowed} 次机会已经用完。"


class AlreadyPassed(NotNow):
    """The make-up is for those who have not passed."""

    code = "already-passed"
    sentence = "您的考试已经合格，不需要参加补考。"


class AttemptFinished(NotNow):
    """The attempt was submitted or its time is over; late responses are not taken."""

    code = "attempt-finished"
    sentence = "本次考试已经结束，不能再作答。"


class CertificateRevoked(NotNow):
    """The last certificate was revoked; another one is an administrator's decision."""

    code = "certificate-revoked"
    sentence = "编号为 {serial} 的证书已经作废。需要换发的，请联系本单位学法管理员。"


class NotQualified(NotNow):
    """Hours or exam are missing, so there is no certificate."""

    code = "not-qualified"
    sentence = "还不能打印证书：{missing}。"


class ProgrammeOpen(NotNow):
    """A year is frozen only after its last window has shut."""

    code = "programme-open"
    sentence = "{title}要到 {closes} 才全部结束，结束后才能存档。"


class AttemptsOpen(NotNow):
    """A year is frozen only when every attempt has its outcome."""

    code = "attempts-open"
    sentence = (
        "{title}还有 {count} 人的考试正在结算，现在存档会漏掉他们。请过一分钟再试；仍不行请联系系统管理员查看服务日志。"
    )
