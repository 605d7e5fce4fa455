//! A projection that is built in one go or not at all.

use async_trait::async_trait;
use eventlog::{Builder, Projection, Recorded, ViewError, ViewTx};

/// A projection of which no page is taken in by itself, so that a view that was to be built in one go is not built otherwise in
/// silence.
#[derive(Debug, Clone, Copy)]
pub struct InOneGo<P>(pub P);

#[async_trait]
impl<P: Projection> Projection for InOneGo<P> {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn version(&self) -> u32 {
        self.0.version()
    }

    fn schema(&self) -> &'static str {
        self.0.schema()
    }

    fn row_security(&self) -> Option<&'static str> {
        self.0.row_security()
    }

    fn categories(&self) -> Option<&'static [&'static str]> {
        self.0.categories()
    }

    async fn apply(&self, _: &mut ViewTx, _: &[Recorded]) -> Result<(), ViewError> {
        Err(ViewError::Event("it was to be built in one go".to_owned()))
    }

    fn builder(&self) -> Option<Box<dyn Builder>> {
        self.0.builder()
    }
}
