//! What is read, what is refused, and that neither depth nor size nor half a document gets through.

use super::*;

fn xml(text: &str) -> Xml {
    Xml::new(Source::whole(text.to_owned()))
}

#[test]
fn children_text_and_types_are_read_in_order() {
    let mut xml = xml("<?xml version='1.0'?><a:root xmlns:a='u'><obj type='VirtualMachine'>vm-1</obj>\
         <val xsi:type='vim25:Thing'><x>1</x><!-- no --></val><empty/><last>a&amp;b &#233; <![CDATA[<c>]]></last></a:root>");
    assert_eq!(xml.child(), Ok(Some("root")));
    assert_eq!(xml.child(), Ok(Some("obj")));
    assert_eq!(xml.ref_type(), Some("VirtualMachine"));
    assert_eq!(xml.xsi_type(), None);
    assert_eq!(xml.text(), Ok("vm-1"));
    assert_eq!(xml.child(), Ok(Some("val")));
    assert_eq!(xml.xsi_type(), Some("Thing"));
    assert_eq!(xml.ref_type(), None);
    xml.skip().unwrap();
    assert_eq!(xml.child(), Ok(Some("empty")));
    assert_eq!(xml.text(), Ok(""));
    assert_eq!(xml.child(), Ok(Some("last")));
    assert_eq!(xml.text(), Ok("a&b é <c>"));
    assert_eq!(xml.child(), Ok(None));
    assert_eq!(xml.end(), Ok(()));
}

#[test]
fn text_passes_over_elements_inside_it() {
    let mut xml = xml("<a>one<b>two<c/></b> three</a>");
    xml.child().unwrap();
    assert_eq!(xml.text(), Ok("one three"));
    assert_eq!(xml.end(), Ok(()));
}

#[test]
fn whatever_ends_early_is_an_error() {
    let whole = "<a><b>text</b><c t='1'/></a>";
    for length in 0..whole.len() {
        let part: String = whole.chars().take(length).collect();
        let mut xml = xml(&part);
        let all = (|| {
            xml.child()?;
            while xml.child()?.is_some() {
                xml.skip()?;
            }
            xml.end()
        })();
        assert!(all.is_err(), "{part:?} was taken for a whole document");
    }
}

#[test]
fn bombs_are_refused() {
    let mut deep = xml(&"<a>".repeat(100_000));
    deep.child().unwrap();
    assert_eq!(deep.skip(), Err(too_deep()));
    let mut document_type = xml("<!DOCTYPE a [<!ENTITY b 'x'>]><a>&b;</a>");
    assert_eq!(document_type.child(), Err(super::document_type()));
    let mut entity = xml("<a>&unknown;</a>");
    entity.child().unwrap();
    assert!(entity.text().is_err());
    let large = vec![b'x'; usize::try_from(super::super::source::MAX_BODY).unwrap() + 1];
    let mut large = Xml::new(Source::whole([b"<a>".as_slice(), &large].concat()));
    assert!(large.child().is_err() || large.text().is_err());
}

#[test]
fn a_second_document_is_not_passed_over() {
    let mut xml = xml("<a/><b/>");
    xml.child().unwrap();
    xml.skip().unwrap();
    assert!(xml.end().is_err());
}

#[test]
fn children_are_read_one_by_one_or_only_those_of_a_name() {
    let text = |xml: &mut Xml| xml.text().map(str::to_owned);
    let mut all = xml("<a><b>1</b><c>2</c></a>");
    all.child().unwrap();
    assert_eq!(all.list(text), Ok(vec!["1".to_owned(), "2".to_owned()]));
    assert_eq!(all.end(), Ok(()));
    let mut some = xml("<a><b>1</b><c><b>no</b></c><b>3</b></a>");
    some.child().unwrap();
    let mut read = String::new();
    some.each("b", |xml| {
        read.push_str(xml.text()?);
        Ok(())
    })
    .unwrap();
    assert_eq!((read.as_str(), some.end()), ("13", Ok(())));
    let mut cut = xml("<a><b>1</b>");
    cut.child().unwrap();
    assert_eq!(cut.list(text), Err(cut_off()));
}
