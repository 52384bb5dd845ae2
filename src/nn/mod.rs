//! Recurrent layers with PyTorch semantics and parameter names.
