//! The vCenter port over SOAP (vim25).
