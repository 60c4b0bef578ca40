//! `VirtualMachineFileLayoutEx`: which files a VM consists of, and which of them each snapshot keeps.

use crate::domain::ids::Moref;

use super::props::datastore_of;
use super::scalars::{bytes, integer, moref};
use super::xml::{Xml, XmlResult};

/// The key of a file within one layout.
pub(crate) type FileKey = i64;

/// The files of a VM, as far as sizes need them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Every file.
    pub(crate) files: Vec<LayoutFile>,
    /// The names of the datastores that they lie on, by the files' own numbers.
    pub(crate) datastores: Vec<String>,
    /// The keys of all files in the chains of the VM's disks as they are now.
    pub(crate) disks: Vec<FileKey>,
    /// The keys of the files that each of those chains begins with: the base disks.
    pub(crate) bases: Vec<FileKey>,
    /// What each snapshot keeps.
    pub(crate) snapshots: Vec<LayoutSnapshot>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LayoutFile {
    /// By this the chains name it.
    pub(crate) key: FileKey,
    /// Its size in bytes.
    pub(crate) size: u64,
    /// Whether it is a disk's data (`diskDescriptor` or `diskExtent`).
    pub(crate) disk: bool,
    /// Which of the layout's datastores it lies on, where its name tells.
    pub(crate) datastore: Option<usize>,
}

/// What one snapshot keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LayoutSnapshot {
    pub(crate) moref: Moref,
    /// The file with its configuration (`.vmsn`).
    pub(crate) data: FileKey,
    /// The file with its memory, -1 without memory.
    pub(crate) memory: FileKey,
    /// The keys of all files in its disks' chains, the base's included.
    pub(crate) disks: Vec<FileKey>,
}

/// Reads the `VirtualMachineFileLayoutEx` just stepped into.
pub(crate) fn layout(xml: &mut Xml) -> XmlResult<Layout> {
    let mut read = Layout::default();
    while let Some(member) = xml.child()? {
        match member {
            "file" => {
                let file = file(xml, &mut read.datastores)?;
                read.files.push(file);
            }
            "disk" => {
                let base = disk(xml, &mut read.disks)?;
                read.bases.extend(base);
            }
            "snapshot" => read.snapshots.push(snapshot(xml)?),
            _ => xml.skip()?,
        }
    }
    Ok(read)
}

fn file(xml: &mut Xml, datastores: &mut Vec<String>) -> XmlResult<LayoutFile> {
    let mut read = LayoutFile { key: -1, size: 0, disk: false, datastore: None };
    while let Some(member) = xml.child()? {
        match member {
            "key" => read.key = integer(xml)?,
            "name" => read.datastore = datastore_of(xml.text()?).map(|name| number_of(name, datastores)),
            "size" => read.size = bytes(xml)?.unwrap_or(0),
            "type" => read.disk = matches!(xml.text()?, "diskDescriptor" | "diskExtent"),
            _ => xml.skip()?,
        }
    }
    Ok(read)
}

/// A VM has files on few datastores: each name is kept once.
fn number_of(name: String, datastores: &mut Vec<String>) -> usize {
    let known = datastores.iter().position(|known| *known == name);
    known.unwrap_or_else(|| {
        datastores.push(name);
        datastores.len() - 1
    })
}

fn snapshot(xml: &mut Xml) -> XmlResult<LayoutSnapshot> {
    let mut read = LayoutSnapshot { moref: Moref::new(""), data: -1, memory: -1, disks: Vec::new() };
    while let Some(member) = xml.child()? {
        match member {
            "key" => read.moref = moref(xml)?,
            "dataKey" => read.data = integer(xml)?,
            "memoryKey" => read.memory = integer(xml)?,
            "disk" => {
                disk(xml, &mut read.disks)?;
            }
            _ => xml.skip()?,
        }
    }
    Ok(read)
}

/// One `VirtualMachineFileLayoutExDiskLayout`: its chain's units, each with the keys of its files, from the base to the newest
/// (govmomi's `vmdk` reads it in this order too). Gives back the base's.
fn disk(xml: &mut Xml, keys: &mut Vec<FileKey>) -> XmlResult<Vec<FileKey>> {
    let mut base = None;
    xml.each("chain", |xml| {
        let first = keys.len();
        xml.each("fileKey", |xml| {
            keys.push(integer(xml)?);
            Ok(())
        })?;
        base.get_or_insert_with(|| keys.get(first..).unwrap_or_default().to_vec());
        Ok(())
    })?;
    Ok(base.unwrap_or_default())
}
