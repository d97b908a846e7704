// After a scan the address carries, behind #, a signed statement: ask the service whether it was signed here.
const notice = document.getElementById("statement");
const text = location.hash.slice(1);

function say(state, sentence) {
  notice.className = `notice notice--${state}`;
  notice.textContent = sentence;
  notice.hidden = false;
}

async function verify() {
  const response = await fetch(notice.dataset.address, {
    method: "POST",
    cache: "no-store",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ statement: text }),
  });
  if (!response.ok) throw new Error(String(response.status));
  const statement = await response.json();
  const shown = document.querySelector("[data-serial]");
  if (!statement.genuine) {
    say("wrong", "签名核验未通过：二维码里的内容不是本系统签发的，或者已被改动。请以下面查到的信息为准，并谨慎对待这份证书。");
  } else if (shown && shown.dataset.serial !== statement.serial) {
    say("wrong", "签名与证书编号不一致：二维码里的签名属于另一份证书，请谨慎对待这份证书。");
  } else if (!shown) {
    say("wrong", `签名核验通过（${statement.name}，${statement.issued} 签发），但没有查到这个编号的证书，请联系发证单位核实。`);
  } else {
    say("right", "签名核验通过：二维码里的内容由本系统签发，没有改动，与下面的证书编号一致。");
  }
}

if (text) verify().catch(() => say("wrong", "暂时无法核验签名，请检查网络后刷新本页。"));
