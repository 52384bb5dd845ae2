//! Series: where numbers come from and how they become windows a model can be trained on.

mod csv_text;
mod scaling;
mod series;
mod windows;

pub use csv_text::{FILE_LIMIT, VALUES_LIMIT};
pub use scaling::Scaler;
pub use series::Series;
pub use windows::Windows;
