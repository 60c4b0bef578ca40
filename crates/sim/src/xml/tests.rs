use super::*;

#[test]
fn a_request_is_read_with_its_types_and_text() {
    let root = parse(
        r#"<?xml version="1.0"?><a:E xmlns:a="x"><this type="Folder" xsi:type="v:MOR">group &amp; &#x31;<![CDATA[<]]></this><e/></a:E>"#,
    )
    .unwrap();
    assert_eq!(root.name, "E");
    let this = root.child("this").unwrap();
    assert_eq!(this.text, "group & 1<");
    assert_eq!((this.attribute("type"), this.attribute("xsi:type")), (Some("Folder"), Some("v:MOR")));
    assert_eq!(root.children.len(), 2);
}

#[test]
fn broken_requests_are_refused() {
    let deep = "<a>".repeat(MAX_DEPTH + 1) + &"</a>".repeat(MAX_DEPTH + 1);
    for broken in [
        "",
        "text",
        "<a>",
        "</a>",
        "<a></b>",
        "<a/><b/>",
        "<a/>x",
        "<a>&nothing;</a>",
        "<a>&#0;</a>",
        "<a b=\"1\" b=\"2\"/>",
        "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
        "<a",
        &deep,
    ] {
        assert!(parse(broken).is_err(), "{broken:.40}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "[<>/a-c!\\[\\]\"'=&;# ?-]{0,60}", plain in "\\PC*") {
        let _ = parse(&text);
        let read = parse(&format!("<a>{}</a>", escape(&plain)));
        proptest::prop_assert_eq!(read.map(|root| root.text), Ok(plain));
    }
}

#[test]
fn written_text_reads_back() {
    let wild = "<b>&amp;\"'\r\n\t é 😀 \u{202e}";
    let root = parse(&format!("<a>{}</a>", escape(wild))).unwrap();
    assert_eq!(root.text, wild);
    assert_eq!(escape("\u{1}\u{ffff}"), "\u{fffd}\u{fffd}");
}
