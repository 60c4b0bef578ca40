use super::super::source::Source;
use super::*;

fn choose(versions: &str) -> XmlResult<&'static str> {
    choose_version(&mut Xml::new(Source::whole(format!(
        "<?xml version='1.0'?><namespaces version='1.0'><namespace><name>urn:vim25</name>{versions}</namespace>\
             <namespace><name>urn:other</name><version>9.0.0.0</version></namespace></namespaces>"
    ))))
}

#[test]
fn the_newest_version_that_both_know_is_spoken() {
    let prior = "<priorVersions><version>8.0.3.0</version><version>6.7</version></priorVersions>";
    assert_eq!(choose(&format!("<version>12.0.0.0</version>{prior}")), Ok("8.0.3.0"));
    assert_eq!(choose("<version>6.0</version>"), Ok(OLDEST_VERSION));
    let html = "<html><body/></html>".to_owned();
    assert!(choose_version(&mut Xml::new(Source::whole(html))).is_err());
}
