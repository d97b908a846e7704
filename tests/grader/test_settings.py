from __future__ import annotations

import base64
import resource
from pathlib import Path

import pylopdf_fonts_zh_cn
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from grader.settings import FILE, Settings, SettingsError, create_settings, read_settings

KEY = base64.b64encode(bytes(range(32))).decode()
SOUND = {
    "title": '"某县学法考试"',
    "address": '"https://example.org/xuefa"',
    "store": '"tiny:store"',
    "site": '"site"',
    "content": '"content"',
    "idle_minutes": "60",
    "behind_proxy": "true",
    "secret_key": f'"{"0f" * 32}"',
    "signing_key": f'"{KEY}"',
}


def written(data: Path, **changes: str | None) -> Path:
    """A settings file of these entries; None leaves one out."""
    entries = {name: text for name, text in (SOUND | changes).items() if text is not None}
    path = data / FILE
    path.write_text("".join(f"{name} = {text}\n" for name, text in entries.items()), encoding="utf-8")
    return path


def refusal(data: Path) -> str:
    with pytest.raises(SettingsError) as refused:
        read_settings(data)
    return str(refused.value)


def create(data: Path, *, title: str = "某县学法考试", address: str = "https://example.org/xuefa/") -> None:
    create_settings(data, title=title, address=address, site=Path("/srv/site"), content=Path("/srv/content"))


def test_settings_are_read_with_folders_below_the_data_folder(tmp_path: Path) -> None:
    written(tmp_path)

    found = read_settings(tmp_path)

    assert found == Settings(
        data=tmp_path,
        title="某县学法考试",
        address="https://example.org/xuefa",
        store=f"tiny:{tmp_path / 'store'}",
        site=tmp_path / "site",
        content=tmp_path / "content",
        secret_key="0f" * 32,
        signing_key=found.signing_key,
        idle_minutes=60,
        behind_proxy=True,
    )
    assert found.signing_key.private_bytes_raw() == bytes(range(32))


def test_settings_that_may_be_left_out_have_their_defaults(tmp_path: Path) -> None:
    written(tmp_path, idle_minutes=None, behind_proxy=None)

    found = read_settings(tmp_path)

    assert (found.idle_minutes, found.behind_proxy) == (120, False)


@pytest.mark.parametrize("store", ["store", "tiny:store", "./store"])
def test_store_folder_lies_in_the_data_folder_wherever_the_command_runs(tmp_path: Path, store: str) -> None:
    written(tmp_path, store=f'"{store}"')

    assert read_settings(tmp_path).store == f"tiny:{tmp_path / 'store'}"


@pytest.mark.parametrize("store", ["memory:", "postgres://db/xuefa", "tiny:/var/xuefa", "POSTGRESQL://db/x", "a+b://x"])
def test_store_elsewhere_is_kept_as_it_is(tmp_path: Path, store: str) -> None:
    written(tmp_path, store=f'"{store}"')

    assert read_settings(tmp_path).store == store


def test_mark_of_a_windows_editor_does_no_harm(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    assert read_settings(tmp_path).title == "某县学法考试"


@pytest.mark.parametrize(
    ("address", "base_path", "is_secure"),
    [
        ("https://example.org", "", True),
        ("https://example.org/", "", True),
        ("http://127.0.0.1:8000/xuefa", "/xuefa", False),
        ("https://example.org/a/b/", "/a/b", True),
    ],
)
def test_address_gives_sub_path_and_security(tmp_path: Path, address: str, base_path: str, is_secure: bool) -> None:
    written(tmp_path, address=f'"{address}"')

    found = read_settings(tmp_path)

    assert (found.base_path, found.is_secure, found.address) == (base_path, is_secure, address.rstrip("/"))


@pytest.mark.parametrize("name", ["title", "address", "store", "site", "content", "secret_key", "signing_key"])
def test_missing_setting_is_named(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, **{name: None})

    assert refusal(tmp_path) == f"{path} 缺少设置项 {name}。请补上，或从备份恢复该文件。"


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("title", '""', "title 应为引号中的文字，不能空着"),
        ("title", "2026", "title 应为引号中的文字，不能空着"),
        ("site", '" "', "site 应为引号中的文字，不能空着"),
        ("address", '"example.org"', "address 应为以 http:// 或 https:// 开头的网址，现在是“example.org”"),
        ("address", '"https://"', "address 应为以 http:// 或 https:// 开头的网址，现在是“https://”"),
        ("address", '"http://a b"', "address 应为以 http:// 或 https:// 开头的网址，现在是“http://a b”"),
        ("idle_minutes", "0", "idle_minutes 应为正整数"),
        ("idle_minutes", "true", "idle_minutes 应为正整数"),
        ("idle_minutes", '"120"', "idle_minutes 应为正整数"),
        ("behind_proxy", '"true"', "behind_proxy 应为 true 或 false，不加引号"),
        ("secret_key", '"short"', "secret_key 太短，容易被猜出，应至少 32 个字符"),
        ("secret_key", '""', "secret_key 应为引号中的文字，不能空着"),
        ("signing_key", '"c2hvcnQ="', "signing_key 不是完整的私钥"),
        ("signing_key", f'"{KEY[:-2]}"', "signing_key 不是完整的私钥"),
        ("signing_key", '"钥"', "signing_key 不是完整的私钥"),
    ],
)
def test_wrong_setting_is_named_with_the_rule(tmp_path: Path, name: str, text: str, why: str) -> None:
    path = written(tmp_path, **{name: text})

    assert refusal(tmp_path) == f"{path} 的设置项不正确：{why}。请改正，或从备份恢复该文件。"


def test_folder_that_was_never_set_up_says_how(tmp_path: Path) -> None:
    data = tmp_path / "data"

    assert refusal(data) == f"{data} 还没有初始化（没有 {FILE}）。请先运行 grader init --data {data}。"


def test_settings_lost_beside_their_data_are_to_be_restored(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()

    assert refusal(tmp_path) == (
        f"{tmp_path} 里有数据，但没有 {FILE}。请从备份恢复 {FILE}；"
        f"如果是初始化没有做完，请再运行一次 grader init --data {tmp_path}。"
    )


def test_settings_that_cannot_be_read_say_so(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()

    assert refusal(tmp_path).startswith(f"无法读取 {tmp_path / FILE}：")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (b'title = "a"\naddress = https://example.org\n', "第 2 行"),
        (b'title = "a"\ntitle = "b"\n', "第 2 行"),
        (b'title = "a', "末尾"),
    ],
)
def test_broken_toml_says_where(tmp_path: Path, text: bytes, where: str) -> None:
    path = tmp_path / FILE
    path.write_bytes(text)

    assert refusal(tmp_path) == f"{path} {where}的格式有误。请对照 TOML 格式改正，或从备份恢复该文件。"


def test_settings_in_another_encoding_say_so(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_bytes(path.read_text("utf-8").encode("gb18030"))

    assert refusal(tmp_path) == f"{path} 不是 UTF-8 编码的文字。请另存为 UTF-8，或从备份恢复该文件。"


def test_created_settings_are_read_back(tmp_path: Path) -> None:
    data = tmp_path / "new" / "data"
    create(data, title='“某县”"学法"\\考试\n')

    found = read_settings(data)

    assert found == Settings(
        data=data,
        title='“某县”"学法"\\考试',
        address="https://example.org/xuefa",
        store=f"tiny:{data / 'store'}",
        site=Path("/srv/site"),
        content=Path("/srv/content"),
        secret_key=found.secret_key,
        signing_key=found.signing_key,
    )


def test_created_settings_have_keys_of_their_own_and_are_private(tmp_path: Path) -> None:
    create(tmp_path / "one")
    create(tmp_path / "two")

    one, two = read_settings(tmp_path / "one"), read_settings(tmp_path / "two")

    assert one.secret_key != two.secret_key
    assert one.signing_key.private_bytes_raw() != two.signing_key.private_bytes_raw()
    assert isinstance(one.signing_key, Ed25519PrivateKey)
    assert (tmp_path / "one" / FILE).stat().st_mode & 0o777 == 0o600


def test_settings_are_never_overwritten(tmp_path: Path) -> None:
    path = written(tmp_path)
    before = path.read_bytes()

    with pytest.raises(SettingsError, match="已经存在：这个数据文件夹已初始化过，没有改动任何内容"):
        create(tmp_path)

    assert path.read_bytes() == before


@pytest.mark.parametrize("address", ["", "example.org", "ftp://example.org", "https://", "http://a b"])
def test_settings_are_not_created_for_an_address_nobody_could_open(tmp_path: Path, address: str) -> None:
    with pytest.raises(SettingsError, match="address 应为以 http:// 或 https:// 开头的网址"):
        create(tmp_path, address=address)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("title", ["", " ", "\n"])
def test_settings_are_not_created_without_a_title(tmp_path: Path, title: str) -> None:
    with pytest.raises(SettingsError, match="title 应为引号中的文字，不能空着"):
        create(tmp_path, title=title)

    assert list(tmp_path.iterdir()) == []


def test_settings_that_cannot_be_written_whole_leave_nothing_behind(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(SettingsError, match="无法写入"):
            create(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert list(tmp_path.iterdir()) == []
    create(tmp_path)


@pytest.mark.parametrize("name", ["file/below", "x" * 300])
def test_settings_in_an_impossible_place_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(SettingsError, match="无法写入"):
        create(tmp_path / name)


def test_further_fonts_are_named_in_the_settings(tmp_path: Path) -> None:
    (tmp_path / "rare.otf").write_bytes(pylopdf_fonts_zh_cn.sans_path().read_bytes())
    written(tmp_path, fonts='["rare.otf"]')

    assert read_settings(tmp_path).fonts == (tmp_path / "rare.otf",)


@pytest.mark.parametrize(
    ("fonts", "why"),
    [
        ('["broken.ttf"]', "broken.ttf 不是可用的 TrueType 或 OpenType 字体文件"),
        ('["none.ttf"]', "none.ttf 不是可用的 TrueType 或 OpenType 字体文件"),
        ('"rare.ttf"', 'fonts 应为列表，如 fonts = ["rare.ttf"]'),
    ],
)
def test_fonts_that_cannot_be_used_are_told(tmp_path: Path, fonts: str, why: str) -> None:
    (tmp_path / "broken.ttf").write_text("not a font", encoding="utf-8")
    written(tmp_path, fonts=fonts)

    assert why in refusal(tmp_path)


def test_further_hosts_are_named_in_the_settings(tmp_path: Path) -> None:
    written(tmp_path, hosts='["10.1.2.3", "xuefa.example.org"]')

    assert read_settings(tmp_path).hosts == ("10.1.2.3", "xuefa.example.org")


def test_hosts_that_are_no_list_are_told(tmp_path: Path) -> None:
    written(tmp_path, hosts='"10.1.2.3"')

    assert 'hosts 应为列表，如 hosts = ["10.1.2.3"]' in refusal(tmp_path)
