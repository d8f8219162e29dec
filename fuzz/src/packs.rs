//! Packs and the formats they are imported from: files that strangers wrote.
//!
//! Reads no files: the bytes are the file.

use parlor_games::quiz::pack::Pack;

/// A pack file: its faults are named, or what it is written back as is the same pack.
pub fn pack_json(bytes: &[u8]) {
    match Pack::parse(bytes) {
        Ok(pack) => {
            let again = serde_json::to_vec(&pack).expect("a pack is JSON");
            assert_eq!(Pack::parse(&again).as_ref(), Ok(&pack), "a valid pack stays itself");
        }
        Err(faults) => {
            assert!(!faults.is_empty(), "an invalid pack has a fault");
            for fault in faults {
                assert!(!fault.to_string().is_empty(), "a fault has words");
            }
        }
    }
}
