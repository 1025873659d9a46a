//! Credentials over time, by a source that succeeds, fails or hangs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

/// What the source does at each call.
#[derive(Debug, Clone, Copy)]
enum Answer {
    /// Credentials that are valid for this many seconds.
    Valid(u64),
    Fails,
}

#[derive(Debug)]
struct Source {
    answers: Vec<Answer>,
    calls: Arc<AtomicUsize>,
}

impl ProvideCredentials for Source {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        let answer = self.answers[call.min(self.answers.len() - 1)];
        future::ProvideCredentials::new(async move {
            match answer {
                Answer::Valid(seconds) => {
                    let end = SystemTime::now() + Duration::from_secs(seconds);
                    Ok(Credentials::new(format!("key {call}"), "secret", None, Some(end), "test"))
                }
                Answer::Fails => Err(CredentialsError::provider_error("no")),
            }
        })
    }
}

/// After the first call and each pause, the key that is used (`-` for none) and how often the source was called by then.
async fn check(answers: &[Answer], pauses: &[u64], expected: &[(&str, usize)]) {
    let calls = Arc::default();
    let source = Source { answers: answers.to_vec(), calls: Arc::clone(&calls) };
    let (kept, mut now, mut seen) = (KeptCredentials::new(source), Instant::now(), Vec::new());
    for pause in std::iter::once(&0).chain(pauses) {
        now += Duration::from_secs(*pause);
        let found = kept.current(now).await;
        let key = found.map_or("-".to_owned(), |found| found.access_key_id().to_owned());
        seen.push((key, calls.load(Ordering::Relaxed)));
    }
    let expected: Vec<_> = expected.iter().map(|(key, calls)| ((*key).to_owned(), *calls)).collect();
    assert_eq!(seen, expected, "{answers:?}");
}

#[tokio::test]
async fn credentials_are_renewed_five_minutes_early_and_kept_while_that_fails() {
    use Answer::{Fails, Valid};
    let hour = 3_600;
    check(&[Valid(hour)], &[3_000, 200, 200], &[("key 0", 1), ("key 0", 1), ("key 0", 1), ("key 1", 2)]).await;
    check(
        &[Valid(hour), Fails, Fails, Valid(hour)],
        &[3_300, 10, 20, 30],
        &[("key 0", 1), ("key 0", 2), ("key 0", 2), ("key 0", 3), ("key 3", 4)],
    )
    .await;
    // Those that EC2 gives may be old ones: they are used, and asked for again after a pause.
    check(&[Valid(200), Valid(200)], &[10, 20], &[("key 0", 1), ("key 0", 1), ("key 1", 2)]).await;
    check(&[Fails, Valid(hour)], &[1], &[("-", 1), ("key 1", 2)]).await;
    check(&[Valid(0), Fails], &[1], &[("key 0", 1), ("-", 2)]).await;
}
