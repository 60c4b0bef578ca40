//! What vCenter can answer instead of doing it, as the kinds that somebody acts on differently.
//!
//! A kind is chosen by the fault's type (`xsi:type`), never by its text. Sentences for people are made elsewhere.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A fault of vCenter: the type it named, the kind that we act on, and vCenter's own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What it means to us.
    pub kind: FaultKind,
    /// The vim25 type without its prefix, such as `ApplicationQuiesceFault`.
    pub name: String,
    /// vCenter's own message (`localizedMessage` or `faultstring`), for the details and the log.
    pub message: String,
}

/// The kinds of fault, one per thing that is done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum FaultKind {
    /// Another task has the VM: wait and try again.
    TaskInProgress,
    /// The VM is not in the power state that this needs.
    InvalidPowerState,
    /// The VM is in no state for this (disconnected, being moved…).
    InvalidState,
    /// Quiescing the guest failed: a snapshot without it is possible.
    Quiesce,
    /// Memory cannot be captured with an independent disk.
    MemoryOnIndependentDisk,
    /// A device of the VM cannot be in a snapshot.
    IncompatibleDevice,
    /// The chain is too long, or a second snapshot is not possible.
    TooManySnapshots,
    /// Snapshots are locked or switched off for this VM.
    SnapshotsDisabled,
    /// Nothing changed since the last one.
    NoChange,
    /// A datastore is full.
    NoDiskSpace,
    /// Somebody holds a file of the VM.
    FileLocked,
    /// The snapshot's files are damaged: hands off.
    Damaged,
    /// The host has not the resources to power the VM on.
    InsufficientResources,
    /// The licence or the VM does not allow it, for good.
    NotSupported,
    /// The VM or the snapshot is gone.
    NotFound,
    /// The bot's account may not do this.
    NoPermission,
    /// Somebody cancelled the task.
    Cancelled,
    /// The name or another argument was refused.
    InvalidArgument,
    /// The session is gone.
    NotAuthenticated,
    /// User name or password are wrong, or the account is not let in with them any more.
    InvalidLogin,
    /// The server does not know the call (`MethodNotFound`, or an unknown type).
    UnknownMethod,
    /// Anything else: shown with its name and vCenter's own words.
    Other,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if self.message.is_empty() { Ok(()) } else { write!(f, ": {}", self.message) }
    }
}

impl FaultKind {
    /// The kind of a vim25 fault type, by its name without prefix.
    pub fn of(name: &str) -> Self {
        match name {
            "TaskInProgress" | "VAppTaskInProgress" | "ConcurrentAccess" => Self::TaskInProgress,
            "InvalidPowerState" => Self::InvalidPowerState,
            "InvalidState" | "InvalidHostState" | "HostNotConnected" | "HostNotReachable" => Self::InvalidState,
            "ApplicationQuiesceFault"
            | "FilesystemQuiesceFault"
            | "QuiesceDatastoreIOForHAFailed"
            | "ToolsUnavailable" => Self::Quiesce,
            "MemorySnapshotOnIndependentDisk" => Self::MemoryOnIndependentDisk,
            "SnapshotIncompatibleDeviceInVm"
            | "DeviceNotSupported"
            | "DeviceUnsupportedForVmPlatform"
            | "RDMNotSupported"
            | "PhysCompatRDMNotSupported"
            | "RawDiskNotSupported"
            | "MultiWriterNotSupported"
            | "SharedBusControllerNotSupported" => Self::IncompatibleDevice,
            "TooManySnapshotLevels" | "MultipleSnapshotsNotSupported" => Self::TooManySnapshots,
            "SnapshotLocked" | "SnapshotDisabled" => Self::SnapshotsDisabled,
            "SnapshotNoChange" => Self::NoChange,
            "NoDiskSpace" | "InsufficientStorageSpace" => Self::NoDiskSpace,
            "FileLocked" | "FileFault" | "CannotAccessFile" | "CannotDeleteFile" => Self::FileLocked,
            "InvalidSnapshotFormat" | "InvalidDiskFormat" | "CannotAccessVmDisk" => Self::Damaged,
            name if name.starts_with("Insufficient") => Self::InsufficientResources,
            "RestrictedVersion" | "NotSupported" | "NotImplemented" | "LicenseExpired" => Self::NotSupported,
            "NotFound" | "ManagedObjectNotFound" => Self::NotFound,
            "NoPermission" | "SecurityError" => Self::NoPermission,
            "RequestCanceled" => Self::Cancelled,
            "InvalidName" | "InvalidArgument" | "InvalidRequest" | "DuplicateName" => Self::InvalidArgument,
            "NotAuthenticated" => Self::NotAuthenticated,
            "InvalidLogin" | "PasswordExpired" | "RestrictedByAdministrator" | "NoClientCertificate" => {
                Self::InvalidLogin
            }
            "MethodNotFound" | "InvalidType" | "MethodNotFoundFault" => Self::UnknownMethod,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests;
