//! Series: where numbers come from and how they become windows a model can be trained on.

mod series;

pub use series::Series;
