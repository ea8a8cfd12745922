//! The read-me of the demo's folder. `tests/interop` takes the passwords from it: the last word of a key's line.

use super::house::House;

/// The text, in Chinese and English.
pub(crate) fn text(house: &House, commands: &[String]) -> String {
    let mut text = String::from(
        "sealcore demo\n\n\
         只供试用：密钥与口令同处一地，切勿用于真实业务。\n\
         For trying out only: the keys lie beside their passwords. Never use them for anything real.\n\n\
         口令 / passwords\n\n",
    );
    let roles = [
        "签章人 signer        口令 password:",
        "制章者 seal maker    口令 password:",
        "时间戳 time stamps   口令 password:",
        "证书机构 authority   口令 password:",
    ];
    for (person, role) in house.people().into_iter().zip(roles) {
        let file = format!("keys/{}.p12", person.name);
        text.push_str(&format!("  {file:<18} {role} {}\n", person.password));
    }
    text.push_str(
        "\n文件 / files\n\n\
        \x20 trust/ca.crt       信任的根证书 / the root certificate to trust\n\
        \x20 trust/ca.crl       该机构的撤销列表 / its revocation list\n\
        \x20 keys/*.p12         私钥与证书，PKCS#12 / keys with certificates, PKCS#12\n\
        \x20 keys/*.crt         证书，PEM / certificates, PEM\n\
        \x20 seal.png           印章图像 / the picture of the seal\n\
        \x20 seal.esl           电子印章，GB/T 38540-2020 / the seal\n\
        \x20 document.ofd .pdf  未签章文档，三页 / the document before sealing, three pages\n\
        \x20 sealed.ofd .pdf    已签章文档：末页“盖章处”与骑缝章 / sealed at 盖章处 on the last page and over the seam\n\
        \x20 tsa/               时间戳机构的证书与私钥，供 sign --tsa-local 使用 / a time-stamp authority, for sign --tsa-local\n\n\
        再次运行 demo 会重建以上文件；其他文件保持不变。\n\
        Running demo again makes these files anew; other files stay.\n\n\
        接下来试试 / next, try\n\n",
    );
    for command in commands {
        text.push_str(&format!("  {command}\n"));
    }
    text
}
