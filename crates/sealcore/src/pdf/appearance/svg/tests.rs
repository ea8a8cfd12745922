use super::*;
use crate::error::ErrorKind;
use crate::pdf::appearance::tests::content;

fn svg(body: &str) -> String {
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="20" height="10">{body}</svg>"#
    )
}

fn drawn(body: &str) -> Result<String> {
    let mut objects = Objects::default();
    let vector = form(svg(body).as_bytes(), &mut objects)?;
    assert_eq!((vector.width, vector.height), (20.0, 10.0));
    Ok(objects.into_list().iter().map(|(_, object)| content(object)).collect())
}

#[test]
fn shapes_are_vectors() {
    let drawn = drawn(
        r##"<defs><path id="p" d="M0 0h1v1z"/></defs><rect x="1" y="2" width="3" height="4" fill="#f00"/>
        <use xlink:href="#p" fill="none" stroke="blue" stroke-width="2" stroke-linecap="round" stroke-dasharray="1 2"
        transform="translate(5 6)"/>"##,
    )
    .unwrap();
    for expected in [
        "1 0 0 rg\n",
        "1 2 m\n4 2 l\n4 6 l\n1 6 l\nh\nf\n",
        "0 0 1 RG\n",
        "1 0 0 1 5 6 cm\n2 w\n1 J\n",
        "[ 1 2 ]\n0 d\n",
    ] {
        assert!(drawn.contains(expected), "{expected:?} in {drawn}");
    }
}

#[test]
fn gradients_are_patterns() {
    let body = r##"<linearGradient id="g"><stop offset=".25" stop-color="red"/><stop offset=".25" stop-color="lime"/>
        <stop offset="1" stop-color="blue"/></linearGradient><rect width="9" height="9" fill="url(#g)"/>"##;
    let mut objects = Objects::default();
    form(svg(body).as_bytes(), &mut objects).unwrap();
    let objects = objects.into_list();
    let pattern = objects
        .iter()
        .filter_map(|(_, object)| object.as_dictionary())
        .find(|one| one.is_type("Pattern"));
    let shading = pattern.unwrap().get("Shading").unwrap().as_dictionary().unwrap();
    let function = shading.get("Function").unwrap().as_dictionary().unwrap();
    assert_eq!(function.get("Functions").unwrap().as_array().unwrap().len(), 2);
    let bound = function.get("Bounds").unwrap().as_array().unwrap()[0].as_number();
    assert!((bound.unwrap() - 0.25).abs() < 1e-5);
    assert_eq!(function.get("Encode").unwrap().as_array().unwrap().len(), 4);
}

#[test]
fn what_cannot_be_drawn_is_named() {
    let data = "data:image/png;base64,iVBORw0KGgo=";
    for (body, named) in [
        ("<text>印</text>", "paths"),
        ("<foreignObject/>", "foreignObject"),
        ("<filter id='f'/>", "filter"),
        ("<mask id='m'/>", "mask"),
        ("<rect width='1' height='1' style='filter:blur(2px)'/>", "filters"),
        ("<image href='file:///etc/passwd' width='1' height='1'/>", "outside"),
        ("<image href='/etc/passwd' width='1' height='1'/>", "outside"),
        (
            "<image href='data:image/svg+xml,%3Csvg/%3E' width='1' height='1'/>",
            "embedded",
        ),
        ("<use xlink:href='other.svg#a'/>", "outside"),
        ("<rect fill='url(http://example.org/a#b)'/>", "outside"),
        ("<style>@import 'a.css';</style>", "outside"),
        ("<g id='a'><use href='#b'/></g><g id='b'/><use href='#a'/>", "use"),
        (
            "<clipPath id='a'><path clip-path='url(#b)' d='M0 0h1v1z'/></clipPath>",
            "clip path",
        ),
        ("<style>path{clip-path:url(#a)}</style>", "clip path"),
        (
            "<style>.k{clip-path:url(#a)}</style><clipPath id='a'><path class='j k' d='M0 0h1v1z'/></clipPath>",
            "clip path",
        ),
        (
            "<clipPath id='a'><path d='M0 0h1v1z'/><path d='M2 0h1v1z'/></clipPath><g clip-path='url(#a)'><path d='M0 0h1v1z'/></g>",
            "more than one",
        ),
        (
            "<linearGradient id='g' spreadMethod='repeat'><stop/><stop offset='.5' stop-color='red'/></linearGradient><rect width='1' height='1' fill='url(#g)'/>",
            "repeats",
        ),
        (
            "<linearGradient id='g'><stop/><stop offset='1' stop-opacity='.5' stop-color='red'/></linearGradient><rect width='1' height='1' fill='url(#g)'/>",
            "opacity",
        ),
    ] {
        let error = drawn(body).expect_err(body);
        assert!(matches!(error.kind(), ErrorKind::Unsupported), "{body}: {error}");
        assert!(error.to_string().contains(named), "{body}: {error}");
    }
    for href in [
        data,
        "data:image/png;base64,***",
        "data:image/png,abc",
        "data:;base64,AAAA",
    ] {
        let error = drawn(&format!("<image href='{href}' width='1' height='1'/>")).unwrap_err();
        assert!(error.to_string().contains("embedded PNG"), "{href}: {error}");
    }
    let gif = "data:image/gif;base64,R0lGODlhAQABAIAAAP8AAAAAACwAAAAAAQABAAACAkQBADs=";
    assert!(
        drawn(&format!("<image href='{gif}' width='1' height='1'/>"))
            .unwrap()
            .contains("Do")
    );
}

#[test]
fn what_grows_is_refused() {
    let deep = "<g>".repeat(200) + &"</g>".repeat(200);
    let wide = format!(
        "<g id='a'>{}</g>{}",
        "<path/>".repeat(1000),
        "<use href='#a'/>".repeat(200)
    );
    let entities = r#"<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">
        <!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;">]>
        <svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><title>&f;&f;&f;&f;&f;&f;</title></svg>"#;
    for body in [deep, wide] {
        assert_eq!(drawn(&body).unwrap_err().kind(), ErrorKind::Limit);
    }
    assert_eq!(
        form(entities.as_bytes(), &mut Objects::default()).err().unwrap().kind(),
        ErrorKind::Format
    );
    for broken in [
        "",
        "<svg",
        "<html/>",
        "<svg xmlns='http://www.w3.org/2000/svg' width='0' height='1'/>",
    ] {
        assert!(form(broken.as_bytes(), &mut Objects::default()).is_err(), "{broken}");
    }
}
