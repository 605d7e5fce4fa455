//! Where the work of a request belongs: in the runtime of the process, not in that of the thread which answers.
//!
//! Each thread that answers has a runtime of its own, and what is opened there dies with it. A connection to the database
//! that was opened for one request is used for others, also while one thread has ended and another still answers.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::runtime::Handle;

/// A future whose sockets, timers and tasks belong to another runtime than the one that polls it.
pub(crate) struct Belonging<F> {
    runtime: Handle,
    /// There until it is dropped.
    future: Option<Pin<Box<F>>>,
}

impl<F: Future> Belonging<F> {
    /// The future, at home in this runtime.
    pub(crate) fn to(runtime: Handle, future: F) -> Self {
        Self { runtime, future: Some(Box::pin(future)) }
    }
}

impl<F: Future> Future for Belonging<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let Self { runtime, future } = &mut *self;
        let _at_home = runtime.enter();
        match future {
            Some(future) => future.as_mut().poll(context),
            None => Poll::Pending,
        }
    }
}

impl<F> Drop for Belonging<F> {
    fn drop(&mut self) {
        // What is given back when a request is broken off goes by tasks too.
        let _at_home = self.runtime.enter();
        self.future = None;
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    /// A connection to this address, opened by a thread whose runtime has ended since.
    async fn opened_elsewhere(address: std::net::SocketAddr, home: Option<Handle>) -> TcpStream {
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let open = TcpStream::connect(address);
            match home {
                Some(home) => runtime.block_on(Belonging::to(home, open)).unwrap(),
                None => runtime.block_on(open).unwrap(),
            }
        });
        tokio::task::spawn_blocking(|| thread.join().unwrap()).await.unwrap()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_a_request_opened_outlives_the_thread_that_answered_it() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut kept = opened_elsewhere(address, Some(Handle::current())).await;
        let (mut other, _) = listener.accept().await.unwrap();
        other.write_all(b"news").await.unwrap();
        let mut heard = [0; 4];
        kept.read_exact(&mut heard).await.unwrap();
        assert_eq!(&heard, b"news");

        // Control: at home in the thread's own runtime it is of no use any more.
        let mut lost = opened_elsewhere(address, None).await;
        assert!(lost.read_exact(&mut heard).await.is_err());
    }
}
