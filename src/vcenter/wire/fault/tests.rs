use super::super::source::Source;
use super::*;

fn read(text: &str) -> Fault {
    let mut xml = Xml::new(Source::whole(text.to_owned()));
    xml.child().unwrap();
    let fault = if text.starts_with("<Fault") { soap_fault(&mut xml) } else { localized_fault(&mut xml) };
    xml.end().unwrap();
    fault.unwrap()
}

#[test]
fn a_soap_fault_is_known_by_its_type_and_not_by_its_words() {
    let fault = read(
        "<Fault><faultcode>ServerFaultCode</faultcode><faultstring>NoPermission it says</faultstring><detail>\
             <NotAuthenticatedFault xmlns='urn:vim25' xsi:type='NotAuthenticated'><object type='X'>y</object>\
             </NotAuthenticatedFault></detail></Fault>",
    );
    assert_eq!(fault.kind, FaultKind::NotAuthenticated);
    assert_eq!(fault.name, "NotAuthenticated");
    assert_eq!(fault.message, "NoPermission it says");
}

#[test]
fn a_fault_without_xsi_type_is_known_by_its_element() {
    let fault = read("<Fault><faultstring/><detail><InvalidLoginFault/></detail></Fault>");
    assert_eq!(fault.kind, FaultKind::InvalidLogin);
    let fault = read("<Fault><faultcode>Client</faultcode><faultstring>what</faultstring></Fault>");
    assert_eq!((fault.kind, fault.name.as_str()), (FaultKind::Other, "Fault"));
}

#[test]
fn a_cause_speaks_where_the_outer_type_says_nothing() {
    let fault = read(
        "<error xsi:type='LocalizedMethodFault'><fault xsi:type='GenericVmConfigFault'><faultCause>\
             <fault xsi:type='FileLocked'><file>a.vmdk</file></fault><localizedMessage>inner</localizedMessage></faultCause>\
             <faultMessage><key>k</key><message>first</message></faultMessage>\
             <faultMessage><key>k</key><message>second</message></faultMessage><reason>r</reason></fault>\
             <localizedMessage></localizedMessage></error>",
    );
    assert_eq!(fault.kind, FaultKind::FileLocked);
    assert_eq!(fault.name, "FileLocked");
    assert_eq!(fault.message, "first second");
}

#[test]
fn an_outer_type_that_we_act_on_keeps_its_name() {
    let fault = read(
        "<error><fault xsi:type='vim25:TaskInProgress'><faultCause xsi:type='LocalizedMethodFault'>\
             <fault xsi:type='NotFound'/></faultCause></fault><localizedMessage>busy</localizedMessage></error>",
    );
    assert_eq!((fault.kind, fault.name.as_str()), (FaultKind::TaskInProgress, "TaskInProgress"));
}
