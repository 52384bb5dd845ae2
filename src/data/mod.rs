//! Series: where numbers come from and how they become windows a model can be trained on.

mod csv_text;
mod series;

pub use csv_text::{FILE_LIMIT, VALUES_LIMIT};
pub use series::Series;
