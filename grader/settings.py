"""Settings of one deployment: a TOML file in the data folder, made by `grader init`.

Imported by cli and create_app only.
"""

from __future__ import annotations

import base64
import os
import re
import secrets
import tomllib
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from grader.store import split_address
from quizgen.words.system import os_reason

FILE = "settings.toml"
_SHORTEST_SECRET = 32


class SettingsError(Exception):
    """The settings are missing, already there, or wrong; `str()` is the Chinese sentence to show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What one deployment needs to know: `data` is its folder, `address` what people type, with the sub-path if any."""

    data: Path
    title: str
    address: str
    store: str
    site: Path
    content: Path
    secret_key: str
    signing_key: Ed25519PrivateKey
    idle_minutes: int = 120
    behind_proxy: bool = False
    fonts: tuple[Path, ...] = ()
    """Further TrueType or OpenType files for characters of names that the kit's own fonts lack."""
    hosts: tuple[str, ...] = ()
    """Further names or numbers by which people may reach it beside that of `address`; "*" is any."""

    @property
    def base_path(self) -> str:
        """The sub-path before everything, such as `/xuefa`; empty at the root."""
        rest = self.address.partition("://")[2]
        return ("/" + rest.partition("/")[2].strip("/")).rstrip("/")

    @property
    def is_secure(self) -> bool:
        """Whether people reach it by HTTPS, so that cookies may insist on it."""
        return self.address.startswith("https://")


_TEMPLATE = """\
# 本部署的设置，由 grader init 生成。含有密钥：只允许运行服务的系统用户读取，请与数据一起备份，不要外传。
title = {title}
# 学员在浏览器里输入的地址；证书上的核验地址也用它。放在子路径下时一并写上，如 https://example.org/xuefa
address = {address}
# 数据存放处：tiny:文件夹（相对于本文件所在文件夹，由一个进程使用），
# 或 postgresql://用户名@主机/数据库（可由多个进程、多台主机共用；各主机使用同一份设置，密码可放在 .pgpass 文件里）
store = {store}
# 课程网页（quizgen site 的输出）与内容文件夹（发布题库、方案时读取）
site = {site}
content = {content}
# 多少分钟没有操作须重新登录
idle_minutes = 120
# 前面有 nginx 等反向代理时改为 true
behind_proxy = false
# 除 address 里的域名（或 IP）外，还可以用哪些域名、IP 打开本系统，如 hosts = ["10.1.2.3"]；其他的一律提示改用 address
hosts = []
# 证书上的生僻字，自带字库没有的，在这里列出含有该字的字体文件，如 fonts = ["rare.ttf"]（相对于本文件所在文件夹）
fonts = []
# 登录签名密钥、证书签名私钥（Ed25519）：更换前者会使所有人重新登录；更换后者会使已发证书的签名无法核对
secret_key = "{secret_key}"
signing_key = "{signing_key}"
"""


def check_new(data: Path, *, title: str, address: str) -> None:
    """Raises SettingsError where there are settings already, for no title, or an address that people could not open."""
    path = data / FILE
    if path.exists():
        raise SettingsError(
            f"{path} 已经存在：这个数据文件夹已初始化过，没有改动任何内容。要新建一套，请用 --data 指定另一个文件夹。"
        )
    try:
        _entry({"title": _printable(title)}, "title")
        _address(address)
    except ValueError as fault:
        raise SettingsError(f"{fault}。没有初始化，请改正后再运行。") from None


def create_settings(
    data: Path, *, title: str, address: str, site: Path, content: Path, store: str = "tiny:store"
) -> None:
    """Write fresh settings with new keys. Raises SettingsError as `check_new` does; nothing is overwritten."""
    path = data / FILE
    try:
        check_new(data, title=title, address=address)
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_new(path, _text(title=title, address=address, site=site, content=content, store=store))
    except OSError as fault:
        raise SettingsError(f"无法写入 {path}：{os_reason(fault)}。请检查路径、文件夹权限和磁盘空间。") from None


def _text(*, title: str, address: str, site: Path, content: Path, store: str) -> str:
    key = Ed25519PrivateKey.generate().private_bytes_raw()
    return _TEMPLATE.format(
        title=_quoted(title),
        address=_quoted(_address(address)),
        store=_quoted(store),
        site=_quoted(site.resolve().as_posix()),
        content=_quoted(content.resolve().as_posix()),
        secret_key=secrets.token_hex(32),
        signing_key=base64.b64encode(key).decode(),
    )


def _write_new(path: Path, text: str) -> None:
    """All of the text or no file at all, readable by its owner only."""
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError:
        path.unlink()
        raise


def read_settings(data: Path) -> Settings:
    """The settings of a data folder. Raises SettingsError with what is wrong and the way out."""
    path = data / FILE
    try:
        table = tomllib.loads(path.read_text("utf-8-sig"))  # Windows' editor puts a mark at the beginning
    except FileNotFoundError:
        raise SettingsError(_missing(data)) from None
    except OSError as fault:
        raise SettingsError(f"无法读取 {path}：{os_reason(fault)}。请检查路径和文件权限。") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path} 不是 UTF-8 编码的文字。请另存为 UTF-8，或从备份恢复该文件。") from None
    except tomllib.TOMLDecodeError as fault:
        line = re.search(r"line (\d+)", str(fault))
        where = f"第 {line[1]} 行" if line else "末尾"
        raise SettingsError(f"{path} {where}的格式有误。请对照 TOML 格式改正，或从备份恢复该文件。") from None
    try:
        return _settings(data, table)
    except KeyError as fault:
        raise SettingsError(f"{path} 缺少设置项 {fault.args[0]}。请补上，或从备份恢复该文件。") from None
    except ValueError as fault:
        raise SettingsError(f"{path} 的设置项不正确：{fault}。请改正，或从备份恢复该文件。") from None


def _missing(data: Path) -> str:
    if (data / "store").exists():
        return (
            f"{data} 里有数据，但没有 {FILE}。请从备份恢复 {FILE}；"
            f"如果是初始化没有做完，请再运行一次 grader init --data {data}。"
        )
    return f"{data} 还没有初始化（没有 {FILE}）。请先运行 grader init --data {data}。"


def _settings(data: Path, table: dict[str, object]) -> Settings:
    idle, behind_proxy = table.get("idle_minutes", 120), table.get("behind_proxy", False)
    if type(idle) is not int or idle < 1:
        raise ValueError("idle_minutes 应为正整数")
    if type(behind_proxy) is not bool:
        raise ValueError("behind_proxy 应为 true 或 false，不加引号")
    return Settings(
        data=data,
        title=_entry(table, "title"),
        address=_address(_entry(table, "address")),
        store=store_in(data, _entry(table, "store")),
        site=data / _entry(table, "site"),
        content=data / _entry(table, "content"),
        secret_key=_secret_key(_entry(table, "secret_key")),
        signing_key=_signing_key(_entry(table, "signing_key")),
        idle_minutes=idle,
        behind_proxy=behind_proxy,
        hosts=tuple(_names(table, "hosts")),
        fonts=tuple(_font(data, name) for name in _names(table, "fonts")),
    )


_EXAMPLES = {"fonts": '"rare.ttf"', "hosts": '"10.1.2.3"'}


def _names(table: dict[str, object], name: str) -> list[str]:
    value = table.get(name, [])
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise ValueError(f"{name} 应为列表，如 {name} = [{_EXAMPLES[name]}]")
    return value


def _font(data: Path, name: str) -> Path:
    from fontTools.ttLib import TTFont, TTLibError

    path = data / name
    try:
        TTFont(path, lazy=True).close()
    except (OSError, TTLibError):
        raise ValueError(f"fonts 中的 {path} 不是可用的 TrueType 或 OpenType 字体文件") from None
    return path


def _entry(table: dict[str, object], name: str) -> str:
    value = table[name]
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name} 应为引号中的文字，不能空着")
    return value


def _address(text: str) -> str:
    address = text.rstrip("/")
    if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", address):
        raise ValueError(f"address 应为以 http:// 或 https:// 开头的网址，现在是“{text}”")
    return address


def store_in(data: Path, url: str) -> str:
    """Where documents are kept; a folder lies in the data folder, whichever folder the command was started from."""
    backend, place = split_address(url)
    return f"tiny:{data / place}" if backend == "tiny:" else url


def _secret_key(text: str) -> str:
    if len(text) < _SHORTEST_SECRET:
        raise ValueError(f"secret_key 太短，容易被猜出，应至少 {_SHORTEST_SECRET} 个字符")
    return text


def _signing_key(text: str) -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(text, validate=True))
    except ValueError:
        raise ValueError("signing_key 不是完整的私钥") from None


def _quoted(text: str) -> str:
    escaped = _printable(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _printable(text: str) -> str:
    return "".join(c for c in text if c.isprintable())
