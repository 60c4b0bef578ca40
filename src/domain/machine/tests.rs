//! Stories of requests, a few lines each, and a walk through everything that can happen in any order.

mod asking;
mod authority;
mod bulk;
mod mutations;
mod reference;
mod running;
mod story;
mod trust;
mod unsure;
mod walk;
