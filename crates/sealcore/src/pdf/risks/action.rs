//! Dictionaries that act, fetch, attach, or move: judged one by one, wherever they stand.

use super::Told;
use crate::lang::Text;
use crate::pdf::file::View;
use crate::pdf::object::{Dictionary, Object, ObjectId};
use crate::report::Code;
use crate::text;

/// Judges any dictionary that the document leads to.
pub(super) fn judge(view: &View<'_, '_>, dictionary: &Dictionary, key: &[u8], holder: ObjectId, told: &mut Told) {
    let part = || format!("object {holder}");
    if let Some((code, message)) = action(dictionary, key) {
        told.say(code, message, part());
    }
    let subtype = dictionary.get("Subtype").and_then(Object::as_name);
    // Annotations, whose /Type is optional: they have a place.
    if dictionary.get("Rect").is_some() || dictionary.is_type("Annot") {
        match subtype {
            Some(name @ (b"3D" | b"RichMedia" | b"Movie" | b"Sound" | b"Screen")) => {
                let name = String::from_utf8_lossy(name);
                let message = text!("there is an annotation of type {name}", "存在 {name} 类型的注释");
                told.say(Code::RiskMultimedia, message, part());
            }
            Some(b"FileAttachment") => told.say(
                Code::RiskEmbeddedFile,
                text!("a file is attached to a place on a page", "页面上附有文件"),
                part(),
            ),
            _ => {}
        }
    }
    if dictionary.get("EF").is_some_and(|embedded| !embedded.is_null()) {
        let name = ["UF", "F"]
            .iter()
            .find_map(|key| view.lookup(dictionary, key).ok()?.as_text());
        let name: String = name.unwrap_or_default().chars().take(100).collect();
        told.say(
            Code::RiskEmbeddedFile,
            text!("a file is attached: {name}", "带有附件：{name}"),
            part(),
        );
    }
    if dictionary.is_type("Template") || key == b"Templates" {
        told.say(Code::RiskHiddenPage, Code::RiskHiddenPage.meaning(), part());
    }
    if key == b"Names" && dictionary.get("JavaScript").is_some_and(|scripts| !scripts.is_null()) {
        told.say(
            Code::RiskScript,
            text!("the document runs scripts when it is opened", "文档打开时会运行脚本"),
            part(),
        );
    }
}

/// What an action dictionary does, where that matters.
fn action(dictionary: &Dictionary, key: &[u8]) -> Option<(Code, Text)> {
    let kind = dictionary.get("S").and_then(Object::as_name)?;
    // Other dictionaries have /S too: those say another type, or stand where no action does.
    if !dictionary.is_type("Action") && (dictionary.get("Type").is_some() || !holds_actions(key)) {
        return None;
    }
    let name = String::from_utf8_lossy(kind).into_owned();
    let place = String::from_utf8_lossy(key).into_owned();
    Some(match kind {
        b"JavaScript" => (
            Code::RiskScript,
            text!("a script stands under /{place}", "/{place} 中有脚本"),
        ),
        b"URI" => {
            let address = dictionary.get("URI").and_then(Object::as_string).unwrap_or_default();
            let address: String = String::from_utf8_lossy(address).chars().take(200).collect();
            (
                Code::RiskLink,
                text!("there is a link to {address}", "存在指向 {address} 的链接"),
            )
        }
        b"GoToR" | b"GoToE" => (
            Code::RiskLink,
            text!("there is a link to another document", "存在指向其他文档的链接"),
        ),
        b"Thread" if dictionary.get("F").is_some() => (
            Code::RiskLink,
            text!("there is a link to another document", "存在指向其他文档的链接"),
        ),
        b"Launch" | b"SubmitForm" | b"ImportData" | b"ResetForm" | b"Hide" | b"SetOCGState" | b"GoTo3DView" => (
            Code::RiskAction,
            text!("there is an action of type {name}", "存在 {name} 类型的动作"),
        ),
        b"Movie" | b"Sound" | b"Rendition" | b"RichMediaExecute" => (
            Code::RiskMultimedia,
            text!("there is an action of type {name}", "存在 {name} 类型的动作"),
        ),
        _ => return None,
    })
}

/// Keys under which actions stand (ISO 32000-2, 12.6.2 and 12.6.3, and the name tree of scripts).
fn holds_actions(key: &[u8]) -> bool {
    matches!(
        key,
        b"A" | b"OpenAction"
            | b"Next"
            | b"PA"
            | b"AA"
            | b"JavaScript"
            | b"Names"
            | b"E"
            | b"X"
            | b"D"
            | b"U"
            | b"Fo"
            | b"Bl"
            | b"PO"
            | b"PC"
            | b"PV"
            | b"PI"
            | b"O"
            | b"C"
            | b"K"
            | b"F"
            | b"V"
            | b"WC"
            | b"WS"
            | b"DS"
            | b"WP"
            | b"DP"
    )
}

/// Judges the dictionary of a stream.
pub(super) fn judge_stream(dictionary: &Dictionary, holder: ObjectId, told: &mut Told) {
    let part = || format!("object {holder}");
    let has = |key: &str| dictionary.get(key).is_some_and(|value| !value.is_null());
    if has("F") && !dictionary.is_type("EmbeddedFile") {
        told.say(
            Code::RiskExternalContent,
            text!(
                "the data of object {holder} stand in another file",
                "对象 {holder} 的数据位于外部文件"
            ),
            part(),
        );
    }
    let subtype = dictionary.get("Subtype").and_then(Object::as_name);
    if subtype == Some(b"Form") && has("Ref") {
        told.say(
            Code::RiskExternalContent,
            text!(
                "object {holder} stands for a page of another file",
                "对象 {holder} 代表另一文件的页面"
            ),
            part(),
        );
    }
    if has("OPI") {
        told.say(
            Code::RiskExternalContent,
            text!(
                "object {holder} stands for a picture outside the file",
                "对象 {holder} 代表文件之外的图像"
            ),
            part(),
        );
    }
    if has("Alternates") {
        told.say(
            Code::RiskAlternateImage,
            text!("object {holder} has alternates", "对象 {holder} 带有替代图像"),
            part(),
        );
    }
}
