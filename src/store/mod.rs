//! The store port: a journal that is the truth, sled as its index, and a twin in memory for tests.
