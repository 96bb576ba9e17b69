//! What files are: their type by their bytes, pictures made smaller, and what a picture tells of
//! its maker taken out.
//!
//! Everything here takes bytes from anywhere: nothing is believed, no size is taken without a
//! bound, and whatever cannot be understood is left as a plain file. Pure functions; who calls them
//! keeps them off the async threads.

pub mod avatar;
pub mod kind;
pub mod picture;
pub mod strip;
