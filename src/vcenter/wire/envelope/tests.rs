use super::super::source::Source;
use super::*;

fn read(text: &str) -> XmlResult<Result<String, Fault>> {
    unwrap(Xml::new(Source::whole(text.to_owned())), |xml| xml.text().map(str::to_owned))
}

#[test]
fn an_answer_or_a_fault_is_read() {
    assert_eq!(
        read("<s:Envelope><s:Header><x/></s:Header><s:Body><R>yes</R></s:Body></s:Envelope>"),
        Ok(Ok("yes".to_owned()))
    );
    let fault = read("<e:Envelope><e:Body><e:Fault><faultstring>no</faultstring></e:Fault></e:Body></e:Envelope>");
    assert_eq!(fault.unwrap().unwrap_err().message, "no");
}

#[test]
fn what_is_not_a_whole_envelope_is_no_answer() {
    for text in [
        "",
        "<html><body>502 Bad Gateway</body></html>",
        "<s:Envelope><s:Body></s:Body></s:Envelope>",
        "<s:Envelope><s:Body><R>yes</R></s:Body>",
        "<s:Envelope><s:Body><R>yes</R></s:Body></s:Envelope><s:Envelope/>",
        "not even XML",
    ] {
        assert!(read(text).is_err(), "{text}");
    }
}

#[test]
fn what_is_wrapped_can_be_unwrapped() {
    assert_eq!(read(&wrap("<R>there</R>")), Ok(Ok("there".to_owned())));
}
