//! A simulated vCenter that speaks SOAP (vim25) over HTTP.
