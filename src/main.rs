//! The program, as a table of contents: parse, log, load, bind, run, drain, exit code.

use std::io::{ErrorKind, Write, stdout};
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::CommandFactory;
use plimsoll::aws::Access;
use plimsoll::cli::check::checked;
use plimsoll::cli::check_rules::check_rules;
use plimsoll::cli::check_tags::check_tags;
use plimsoll::cli::cost::cost;
use plimsoll::cli::explain::{explain_from_aws, explain_from_exporter};
use plimsoll::cli::failure_text;
use plimsoll::cli::first_contact::check_aws;
use plimsoll::cli::health::health;
use plimsoll::cli::levels;
use plimsoll::cli::packaging::{completions, man};
use plimsoll::cli::{
    Arguments, CheckArguments, CheckTagsArguments, Command, CostArguments, DashboardsArguments, DemoArguments,
    ExplainArguments, LevelsCommand, Process, RulesArguments, WebConfig,
};
use plimsoll::config::file::{self, Parsed};
use plimsoll::config::{Config, Selection};
use plimsoll::demo::{Demo, Pace, Welcome};
use plimsoll::generate;
use plimsoll::http::ReloadRequest;
use plimsoll::poller::Source;
use plimsoll::telemetry::log::Log;
use plimsoll::{demo, http, poller};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

fn main() -> ExitCode {
    let arguments = Arguments::of_process();
    // The writing thread cannot be started, so nothing can be printed either.
    let Ok(log) = Log::start(arguments.process.log_level.name(), arguments.process.log_format.into()) else {
        return ExitCode::FAILURE;
    };
    run(&arguments).unwrap_or_else(|error| {
        log.print(&failure_text(&error));
        ExitCode::FAILURE
    })
}

fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let process = &arguments.process;
    match &arguments.command {
        None => block_on(serve(process, arguments))?,
        Some(Command::Demo(arguments)) => block_on(demonstrate(process, arguments))?,
        Some(Command::Check(options)) => return check(process, &arguments.web_config, options),
        Some(Command::CheckTags(arguments)) => return tags(process, arguments),
        Some(Command::Cost(arguments)) => return block_on(forecast(process, arguments)),
        Some(Command::Explain(arguments)) => block_on(explain(process, arguments))?,
        Some(Command::Levels(arguments)) => {
            let LevelsCommand::Export(arguments) = &arguments.command;
            block_on(async { print(&levels::export(arguments, || load(process)).await?) })?;
        }
        Some(Command::Rules(arguments)) if !arguments.check.is_empty() => {
            return block_on(deployed(process, arguments));
        }
        Some(Command::Rules(arguments)) => rules(process, arguments)?,
        Some(Command::Dashboards(arguments)) => dashboards(process, arguments)?,
        Some(Command::Health(arguments)) => block_on(async { print(&health(arguments).await?) })?,
        Some(Command::Completions(arguments)) => print(&completions(arguments, Arguments::command())?)?,
        Some(Command::Man(arguments)) => man(arguments, Arguments::command())?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn serve(process: &Process, arguments: &Arguments) -> anyhow::Result<()> {
    let shard = arguments.shard.shard.unwrap_or_default();
    let of_shard = move |config: Config| Config { shard, ..config };
    let (config, web) = (of_shard(load(process)?), arguments.web_config.load()?);
    log_configuration(process, &config);
    let endpoint = arguments.web.listen(web, &config.web, Ipv4Addr::UNSPECIFIED).await?;
    let source = source(process, config, of_shard);
    let stop = stop_on_signal(source.requests())?;
    poller::serve(source, Access::default(), endpoint, stop).await?;
    info!("stopped");
    Ok(())
}

/// Serves the simulated AWS. A configuration file replaces the demonstration's own, except for its accounts.
async fn demonstrate(process: &Process, arguments: &DemoArguments) -> anyhow::Result<()> {
    let (web, file) = (&arguments.web, process.config.path.as_deref());
    let config = if file.is_some() { demo::with_simulated_accounts(load(process)?) } else { demo::config() };
    let endpoint = web.listen(http::Web::default(), &config.web, Ipv4Addr::LOCALHOST).await?;
    let again = if file.is_some() { demo::with_simulated_accounts } else { |_| demo::config() };
    let source = source(process, config, again);
    let stop = stop_on_signal(source.requests())?;
    let demo = Demo::start().await.context("cannot start the simulated AWS")?;
    let program = std::env::args().next().unwrap_or_default();
    print(&demo::welcome(&Welcome {
        program: &program,
        address: endpoint.listeners.first().context("no address to listen on")?.local_addr()?,
        telemetry_path: web.telemetry_path(),
        config: file,
        pace: if arguments.fast { Pace::Fast } else { Pace::Usual },
    }))?;
    poller::serve(source, demo.access(), endpoint, stop).await?;
    info!("stopped");
    Ok(())
}

fn check(process: &Process, web: &WebConfig, options: &CheckArguments) -> anyhow::Result<ExitCode> {
    let config = load(process)?;
    web.load()?;
    print(&block_on(async { Ok(checked(&config).await) })?)?;
    if !options.aws {
        return Ok(ExitCode::SUCCESS);
    }
    let (text, has_passed) = block_on(check_aws(config))?;
    print(&text)?;
    Ok(exit_code(has_passed))
}

/// Prints the report; the exit code is a failure if there are issues.
fn tags(process: &Process, arguments: &CheckTagsArguments) -> anyhow::Result<ExitCode> {
    let (text, has_passed) = check_tags(arguments, load(process)?)?;
    print(&text)?;
    Ok(exit_code(has_passed))
}

/// Prints the forecast; the exit code is a failure if it is above the limit.
async fn forecast(process: &Process, arguments: &CostArguments) -> anyhow::Result<ExitCode> {
    let (text, has_passed) = cost(arguments, load(process)?).await?;
    print(&text)?;
    Ok(exit_code(has_passed))
}

async fn explain(process: &Process, arguments: &ExplainArguments) -> anyhow::Result<()> {
    let text = if arguments.uses_aws() {
        explain_from_aws(arguments, load(process)?).await?
    } else {
        explain_from_exporter(arguments).await?
    };
    print(&text)
}

/// Prints how the deployed rules differ; the exit code is a failure if they do.
async fn deployed(process: &Process, arguments: &RulesArguments) -> anyhow::Result<ExitCode> {
    let (text, is_complete) = check_rules(arguments, &load(process)?).await?;
    print(&text)?;
    Ok(exit_code(is_complete))
}

const fn exit_code(is_good: bool) -> ExitCode {
    if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Prints the rules, or writes them as files.
fn rules(process: &Process, arguments: &RulesArguments) -> anyhow::Result<()> {
    let config = load(process)?;
    let (selection, options) = (Selection::of(&config), arguments.options());
    let Some(folder) = &arguments.output else { return print(&generate::rules(&config, &selection, &options)) };
    let files = generate::rule_files(&config, &selection, &options);
    write(folder, files.iter().map(|rules| (&*rules.file, &*rules.text)))
}

/// Writes the dashboards.
fn dashboards(process: &Process, arguments: &DashboardsArguments) -> anyhow::Result<()> {
    let config = load(process)?;
    let dashboards = generate::dashboards(&config, &Selection::of(&config));
    write(&arguments.output, dashboards.iter().map(|dashboard| (&*dashboard.file, &*dashboard.json)))
}

/// Writes files, given as name and text, to a folder and prints their paths.
fn write<'a>(folder: &Path, files: impl Iterator<Item = (&'a str, &'a str)>) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    for (file, text) in files {
        let path = folder.join(file);
        std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        print(&format!("{}\n", path.display()))?;
    }
    Ok(())
}

/// Prints to standard output. It is no error if the reader, such as `head`, closes it early.
fn print(text: &str) -> anyhow::Result<()> {
    let mut output = stdout().lock();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        printed => printed.context("cannot write to standard output"),
    }
}

/// Reads the configuration file; without one, returns the defaults.
fn load(process: &Process) -> anyhow::Result<Config> {
    let Some(path) = &process.config.path else { return Ok(Config::default()) };
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let Parsed { config, warnings } = file::parse(&text, &path.display().to_string())?;
    for warning in warnings {
        warn!("{warning}");
    }
    Ok(config)
}

/// Logs what was read, by which an operator finds out that it was another file.
fn log_configuration(process: &Process, config: &Config) {
    let file =
        process.config.path.as_ref().map_or("none: the defaults apply".into(), |path| path.display().to_string());
    let (overrides, guards, metrics) = (config.overrides.len(), config.guards.len(), config.metrics.choices.len());
    info!(file, accounts = config.accounts.len(), metrics, overrides, guards, "configuration read");
}

/// The configuration with what reads its file again; `adapt` makes of that what was made of it at the start.
fn source(process: &Process, config: Config, adapt: impl Fn(Config) -> Config + Send + Sync + 'static) -> Source {
    let process = process.clone();
    let load = move || load(&process).map(&adapt).map_err(|error| failure_text(&error));
    Source::new(config, Arc::new(load))
}

/// A token that the first SIGTERM or SIGINT cancels; the second one ends the process at once. SIGHUP requests a reload.
fn stop_on_signal(reloads: mpsc::Sender<ReloadRequest>) -> anyhow::Result<CancellationToken> {
    let stop = CancellationToken::new();
    for kind in [SignalKind::terminate(), SignalKind::interrupt()] {
        let mut signals = listen_for(kind)?;
        let stop = stop.clone();
        tokio::spawn(async move {
            while signals.recv().await.is_some() {
                if stop.is_cancelled() {
                    // The exit code that a shell shows for a program that a signal ended.
                    std::process::exit(128 + kind.as_raw_value());
                }
                stop.cancel();
            }
        });
    }
    let mut hang_ups = listen_for(SignalKind::hangup())?;
    tokio::spawn(async move {
        while hang_ups.recv().await.is_some() {
            // The outcome is logged. If another request waits, it reads the file after this signal.
            let _ = reloads.try_send(oneshot::channel().0);
        }
    });
    Ok(stop)
}

fn listen_for(kind: SignalKind) -> anyhow::Result<Signal> {
    signal(kind).context("cannot listen for signals")
}

fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the runtime")?;
    runtime.block_on(work)
}
