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

/// What `read` makes of a response's content.
fn response<T>(content: &str, read: impl FnOnce(&mut Xml) -> XmlResult<T>) -> XmlResult<T> {
    let mut xml = Xml::new(Source::whole(format!("<r><returnval>{content}</returnval></r>")));
    xml.child()?;
    let value = read(&mut xml)?;
    xml.end()?;
    Ok(value)
}

#[test]
fn a_manager_that_the_server_lacks_is_none_and_one_that_everybody_needs_is_missed() {
    let needed = "<rootFolder type='Folder'>group-d1</rootFolder><propertyCollector type='P'>pc</propertyCollector>";
    let about = "<about><fullName>VMware vCenter Server</fullName><apiVersion>8.0.3.0</apiVersion></about>";
    let rest = "<setting type='OptionManager'/><taskManager type='T'>tm</taskManager>";
    let manager = "<sessionManager type='SessionManager'>sm</sessionManager>";
    let read = response(&format!("{needed}{about}{rest}{manager}"), service_content).unwrap();
    assert_eq!((read.root_folder.as_str(), read.session_manager.as_str()), ("group-d1", "sm"));
    assert_eq!(read.task_manager.as_ref().map(Moref::as_str), Some("tm"));
    assert_eq!((read.event_manager, read.view_manager), (None, None));
    assert_eq!((read.full_name.as_str(), read.api_version.as_str()), ("VMware vCenter Server", "8.0.3.0"));
    let missing = response(&format!("{needed}{about}{rest}"), service_content).unwrap_err();
    assert_eq!(missing.0, "the service content names no sessionManager");
    let broken = format!("{needed}{about}{rest}{manager}<eventManager type='EventManager'/>");
    assert!(response(&broken, service_content).is_err(), "an empty reference is no missing one");
}

#[test]
fn a_privilege_that_is_not_said_to_be_granted_is_not() {
    let row =
        |name: &str, granted: &str| format!("<privAvailability><privId>{name}</privId>{granted}</privAvailability>");
    let rows = row("a", "<isGranted>true</isGranted>")
        + "<entity>vm-1</entity>"
        + &row("b", "")
        + &row("c", "<isGranted>0</isGranted>");
    let granted = response(&rows, granted_privileges).unwrap();
    assert_eq!(granted, [("a".to_owned(), true), ("b".to_owned(), false), ("c".to_owned(), false)]);
}

#[test]
fn an_answer_without_what_was_asked_for_is_an_error() {
    let empty = |read: fn(&mut Xml) -> XmlResult<Moref>| {
        let mut xml = Xml::new(Source::whole("<r/>"));
        xml.child().unwrap();
        read(&mut xml)
    };
    assert!(empty(returned_ref).is_err());
    let mut xml = Xml::new(Source::whole("<r/>"));
    xml.child().unwrap();
    assert!(current_time(&mut xml).is_err());
    let mut xml = Xml::new(Source::whole("<r><returnval type='Task'>task-1</returnval></r>"));
    xml.child().unwrap();
    assert_eq!(returned_ref(&mut xml), Ok("task-1".into()));
}
