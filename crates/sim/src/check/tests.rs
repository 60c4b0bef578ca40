use super::super::xml;
use super::*;

fn check(method: &str, arguments: &str) -> Result<(), String> {
    let call = xml::parse(&format!("<{method}><_this type=\"X\">x</_this>{arguments}</{method}>")).unwrap();
    check_call(method, &call).map_err(|fault| fault.message.lines().next().unwrap_or_default().to_owned())
}

#[test]
fn what_vim25_declares_is_demanded() {
    let ok = "<removeChildren>false</removeChildren>";
    assert_eq!(check("RemoveSnapshot_Task", ok), Ok(()));
    for (arguments, words) in [
        ("", "Required parameter removeChildren is missing"),
        ("<removeChildren>maybe</removeChildren>", "Invalid value \"maybe\""),
        ("<removeChildren/>", "Invalid value \"\""),
        ("<removechildren>true</removechildren>", "Unexpected element tag \"removechildren\" seen"),
        ("<removeChildren>true</removeChildren><removeChildren>true</removeChildren>", "more than once"),
    ] {
        let error = check("RemoveSnapshot_Task", arguments).unwrap_err();
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn derived_types_and_nested_objects_are_checked() {
    let create = |spec: &str| check("CreateSnapshotEx_Task", &format!("<name>a</name><memory>false</memory>{spec}"));
    let xsi = |kind: &str, inside: &str| {
        create(&format!("<quiesceSpec xmlns:xsi=\"x\" xsi:type=\"{kind}\">{inside}</quiesceSpec>"))
    };
    assert_eq!(create("<quiesceSpec><timeout>15</timeout></quiesceSpec>"), Ok(()));
    assert_eq!(xsi("VirtualMachineWindowsQuiesceSpec", "<vssBackupType>5</vssBackupType>"), Ok(()));
    assert!(create("<quiesceSpec><vssBackupType>5</vssBackupType></quiesceSpec>").is_err());
    assert!(xsi("TaskFilterSpec", "").is_err());
    assert!(create("<quiesceSpec><timeout>soon</timeout></quiesceSpec>").is_err());
}
