use super::super::source::Source;
use super::*;

fn xml(text: &str) -> Xml {
    let mut xml = Xml::new(Source::whole(text.to_owned()));
    xml.child().unwrap();
    xml
}

#[test]
fn an_update_set_tells_values_and_what_is_unset() {
    let set = update_set(&mut xml(
        "<WaitForUpdatesExResponse><returnval><version>7</version><filterSet><filter type='PropertyFilter'>f</filter>\
             <objectSet><kind>modify</kind><obj type='VirtualMachine'>vm-1</obj>\
             <changeSet><name>name</name><op>assign</op><val xsi:type='xsd:string'>a%2fb</val></changeSet>\
             <changeSet><name>snapshot</name><op>assign</op></changeSet></objectSet>\
             <objectSet><kind>leave</kind><obj type='Folder'>group-1</obj></objectSet></filterSet>\
             <truncated>true</truncated></returnval></WaitForUpdatesExResponse>",
    ))
    .unwrap()
    .unwrap();
    assert_eq!((set.version.as_str(), set.truncated), ("7", true));
    let [vm, folder] = set.updates.as_slice() else { panic!("{set:?}") };
    assert_eq!(vm.object.props.name.as_deref(), Some("a/b"));
    assert!(vm.object.props.tree.as_ref().is_some_and(|tree| tree.is_empty()));
    assert!(vm.object.props.power.is_none());
    assert_eq!((folder.motion, folder.object.kind), (Motion::Left, Kind::Folder));
}

#[test]
fn a_wait_without_news_and_an_empty_read_are_no_errors() {
    assert!(update_set(&mut xml("<R/>")).unwrap().is_none());
    let page = page(&mut xml("<R></R>")).unwrap();
    assert!(page.objects.is_empty() && page.token.is_none());
}

#[test]
fn a_session_that_is_gone_is_seen_in_missing_properties() {
    let page = page(&mut xml(
        "<R><returnval><objects><obj type='VirtualMachine'>vm-1</obj><missingSet><path>name</path><fault>\
             <fault xsi:type='NotAuthenticated'/><localizedMessage/></fault></missingSet></objects></returnval></R>",
    ))
    .unwrap();
    assert!(page.unauthenticated.is_some());
}

#[test]
fn what_is_not_given_is_neither_unset_nor_a_session_that_is_gone() {
    let missing = "<missingSet><path>snapshot</path><fault><fault xsi:type='NoPermission'/><localizedMessage/></fault></missingSet>";
    let read = page(&mut xml(&format!(
        "<R><returnval><objects><obj type='VirtualMachine'>vm-1</obj>{missing}</objects></returnval></R>"
    )))
    .unwrap();
    assert!(read.unauthenticated.is_none());
    let told = update_set(&mut xml(&format!(
        "<R><returnval><version>1</version><filterSet><objectSet><kind>enter</kind><obj type='VirtualMachine'>vm-1</obj>{missing}\
             </objectSet></filterSet></returnval></R>"
    )))
    .unwrap()
    .unwrap();
    for props in [&read.objects[0].props, &told.updates[0].object.props] {
        assert_eq!((props.withheld.len(), props.withheld[0].path.as_str()), (1, "snapshot"));
        assert!(props.tree.is_none());
    }
}
