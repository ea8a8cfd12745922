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
    let heavy = format!(
        "<path id='a' d='{}'/>{}",
        "M0 0".repeat(100_000),
        "<use href='#a'/>".repeat(200)
    );
    let stops = format!(
        "<linearGradient>{}</linearGradient>",
        "<stop offset='0.5'/>".repeat(20_000)
    );
    let styled = format!(
        "<style>.a{{fill:red;{}}}</style>{}",
        "stroke:red;".repeat(2_000),
        "<g/>".repeat(20_000)
    );
    for body in [deep, wide, heavy, stops + &"<g/>".repeat(20_000), styled] {
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

/// An arc is cut into as many curves as its size asks for: a line of text must not ask for millions.
#[test]
fn sizes_that_no_picture_has_are_refused() {
    for body in [
        "<path d='M1 1a3 4 20 1 0 5 1111111111111111111111111111111111111z'/>",
        "<path d='M0,0A1e9,1 0 0 0 1 1'/>",
        "<path d='M0 0A.1e12 1 0 0 0 1 1'/>",
        "<path d='M0 0A0.1e12 1 0 0 0 1 1'/>",
        "<path d='M0 0A1 1 0 0 0 1e+38-1'/>",
        "<circle r='1e30'/>",
        "<rect width='4' height='5' rx='1e999'/>",
        "<circle style='r:99999999px'/>",
        "<style>circle{r:1e20}</style><circle/>",
        "<svg viewBox='0 0 1e30 1'><circle r='100%'/></svg>",
    ] {
        let error = drawn(body).expect_err(body);
        assert!(error.to_string().contains("ten million"), "{body}: {error}");
    }
    drawn("<path id='a12345678' fill='#12345678' style='fill:#99999999' d='M-1.5.5.25 1e6L1e-38.-3 4'/>").unwrap();
}

/// What goes down by recursion goes as deep as the scan allows.
#[test]
fn the_deepest_is_drawn() {
    for element in [
        "g opacity='.9'",
        "svg width='9' height='9'",
        "g clip-path='url(#c)' opacity='.5'",
    ] {
        let name = element.split(' ').next().unwrap();
        let nest = |inner: &str| format!("<{element}>").repeat(60) + inner + &format!("</{name}>").repeat(60);
        let target = format!("<g id='t'>{}</g>", nest("<rect width='5' height='5'/>"));
        let body = format!(
            "<clipPath id='c'><path d='M0 0h9v9z'/></clipPath>{target}{}",
            nest("<use href='#t'/>")
        );
        drawn(&body).unwrap();
    }
}

/// A little of everything, for changing.
const RICH: &str = r##"<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY r "red">]><svg xmlns="http://www.w3.org/2000/svg"
    xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 200 150" width="40mm" height="3cm"><style>.k{clip-path:url(#c)}
    #i>rect.s,circle:first-child{fill:none;stroke:#d00;stroke-width:4;stroke-dasharray:8 3}</style><defs><linearGradient id="g"
    gradientTransform="rotate(9)"><stop offset="10%" stop-color="&r;"/><stop offset="1" stop-color="hsl(9,9%,9%)"/></linearGradient>
    <radialGradient id="r" cx=".4" fr=".1" xlink:href="#g"/><clipPath id="c"><circle cx="150" cy="40" r="30"/></clipPath></defs>
    <g id="i" opacity=".5" transform="matrix(1 2 3 4 5 6) skewX(3)" style="mix-blend-mode:screen;isolation:isolate">
    <rect class="s k" rx="3" width="50%" height="9em" fill="url(#r) blue"/><polygon points="1,2 3 4 5,6" fill-rule="evenodd"/>
    <path d="M1 2L3 4H5v6C1 2 3 4 5 6s1 2 3 4q1 2 3 4t1 2A1 2 3 0 1 4 5z" stroke="url(#g)" paint-order="stroke"/></g>
    <use xlink:href="#i" x="3"/><symbol id="y" viewBox="0 0 1 1"><ellipse rx="1" ry="2"/></symbol><use href="#y" width="9"/>
    <switch><g systemLanguage="en"><line x2="4" stroke="currentColor"/></g></switch></svg>"##;

#[test]
fn everything_at_once() {
    form(RICH.as_bytes(), &mut Objects::default()).unwrap();
}

proptest::proptest! {
    #[test]
    fn changed_drawings_never_panic(changes in proptest::collection::vec((0..RICH.len(), "[-0-9a-zA-Z<>#'\"%();:. ]{0,3}"), 1..8)) {
        let mut changed = RICH.to_owned();
        for (at, text) in changes {
            let end = (at + text.len()).min(changed.len());
            if at < changed.len() && changed.is_char_boundary(at) && changed.is_char_boundary(end) {
                changed.replace_range(at..end, &text);
            }
        }
        let _ = form(changed.as_bytes(), &mut Objects::default());
    }
}
