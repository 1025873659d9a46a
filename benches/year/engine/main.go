// Appends scrapes to a Prometheus database and evaluates alert rules over them, at simulated times.
//
// Standard input has one command per line:
//
//	begin              forget all alert states, as a Prometheus does that starts after a long time
//	scrape T BYTES     append the page of BYTES bytes that follows, scraped at second T; 0 bytes: the scrape failed
//	evaluate T         evaluate every group once whose interval divides T, each in the order of the file
//
// Standard output has one line for each alert that changes its state: T, state, alert name and labels as JSON.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/textparse"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/rules"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb"
)

// Longer than any rule looks back.
const retention = 5 * 24 * time.Hour

// What a scrape job adds to series that do not have it: honor_labels is true.
var target = map[string]string{"job": "plimsoll", "instance": "plimsoll:10754"}

type engine struct {
	database *tsdb.DB
	files    []string
	options  *rules.ManagerOptions
	groups   []*rules.Group
	// The series of the last scrape, which become stale when the next one lacks them.
	scraped map[string]labels.Labels
	// The states of the active alerts of each rule at its last evaluation.
	states map[*rules.AlertingRule]map[string]rules.AlertState
	output *bufio.Writer
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "year engine:", err)
		os.Exit(1)
	}
}

func run(files []string) error {
	folder, err := os.MkdirTemp("", "plimsoll-year-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	options := tsdb.DefaultOptions()
	options.RetentionDuration = retention.Milliseconds()
	database, err := tsdb.Open(folder, nil, nil, options, nil)
	if err != nil {
		return err
	}
	defer database.Close()
	// As the defaults of Prometheus' command line.
	queries := promql.NewEngine(promql.EngineOpts{MaxSamples: 50_000_000, Timeout: 2 * time.Minute,
		LookbackDelta: 5 * time.Minute, EnableAtModifier: true, EnableNegativeOffset: true,
		NoStepSubqueryIntervalFn: func(int64) int64 { return time.Minute.Milliseconds() }})
	e := &engine{database: database, files: files, scraped: map[string]labels.Labels{}, output: bufio.NewWriter(os.Stdout)}
	e.options = &rules.ManagerOptions{
		QueryFunc: rules.EngineQueryFunc(queries, database), Appendable: database, Queryable: database,
		Context:    context.Background(),
		NotifyFunc: func(context.Context, string, ...*rules.Alert) {},
	}
	if err := e.begin(); err != nil {
		return err
	}
	return e.read(bufio.NewReaderSize(os.Stdin, 1<<20))
}

func (e *engine) read(input *bufio.Reader) error {
	for {
		line, err := input.ReadString('\n')
		if err == io.EOF {
			return e.output.Flush()
		}
		if err != nil {
			return err
		}
		if err := e.command(strings.Fields(line), input); err != nil {
			return fmt.Errorf("%q: %w", strings.TrimSpace(line), err)
		}
	}
}

func (e *engine) command(words []string, input io.Reader) error {
	var second int64
	var size int
	switch words[0] {
	case "begin":
		return e.begin()
	case "evaluate":
		if _, err := fmt.Sscan(words[1], &second); err != nil {
			return err
		}
		return e.evaluate(time.Unix(second, 0))
	case "scrape":
		if _, err := fmt.Sscan(strings.Join(words[1:], " "), &second, &size); err != nil {
			return err
		}
		page := make([]byte, size)
		if _, err := io.ReadFull(input, page); err != nil {
			return err
		}
		return e.scrape(second*1000, page)
	}
	return fmt.Errorf("unknown command")
}

func (e *engine) begin() error {
	manager := rules.NewManager(e.options)
	groups, errs := manager.LoadGroups(time.Minute, labels.EmptyLabels(), "", nil, false, e.files...)
	if len(errs) > 0 {
		return errs[0]
	}
	e.groups, e.states = nil, map[*rules.AlertingRule]map[string]rules.AlertState{}
	for _, group := range groups {
		e.groups = append(e.groups, group)
		for _, rule := range group.Rules() {
			if alert, ok := rule.(*rules.AlertingRule); ok {
				alert.SetRestored(true)
			}
		}
	}
	return nil
}

// Appends as the scrape loop does: a series that is gone gets a stale marker, and a failed scrape ends all of them.
func (e *engine) scrape(at int64, page []byte) error {
	appender := e.database.Appender(context.Background())
	up := 0.0
	found := map[string]labels.Labels{}
	if len(page) > 0 {
		up = 1
		if err := appendPage(appender, at, page, found); err != nil {
			return err
		}
	}
	for key, series := range e.scraped {
		if _, ok := found[key]; !ok {
			if _, err := appender.Append(0, series, at, math.Float64frombits(value.StaleNaN)); err != nil {
				return err
			}
		}
	}
	e.scraped = found
	labelled := withTarget(labels.FromStrings(labels.MetricName, "up"))
	if _, err := appender.Append(0, labelled, at, up); err != nil {
		return err
	}
	return appender.Commit()
}

func appendPage(appender storage.Appender, at int64, page []byte, found map[string]labels.Labels) error {
	parser := textparse.NewPromParser(page, labels.NewSymbolTable(), false)
	for {
		entry, err := parser.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if entry != textparse.EntrySeries {
			continue
		}
		var series labels.Labels
		parser.Labels(&series)
		_, _, number := parser.Series()
		series = withTarget(series)
		if _, ok := found[series.String()]; ok {
			return fmt.Errorf("twice on the page: %s", series)
		}
		found[series.String()] = series
		if _, err := appender.Append(0, series, at, number); err != nil {
			return err
		}
	}
}

func withTarget(series labels.Labels) labels.Labels {
	builder := labels.NewBuilder(series)
	for name, value := range target {
		if series.Get(name) == "" {
			builder.Set(name, value)
		}
	}
	return builder.Labels()
}

func (e *engine) evaluate(at time.Time) error {
	for _, group := range e.groups {
		if at.Unix()%int64(group.Interval().Seconds()) != 0 {
			continue
		}
		group.Eval(context.Background(), at)
		for _, rule := range group.Rules() {
			if err := rule.LastError(); err != nil {
				return fmt.Errorf("%s: %w", rule.Name(), err)
			}
			if alert, ok := rule.(*rules.AlertingRule); ok {
				if err := e.compare(at, alert); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// Writes what has changed since the last evaluation. A pending alert that ends is not written.
func (e *engine) compare(at time.Time, rule *rules.AlertingRule) error {
	before, now := e.states[rule], map[string]rules.AlertState{}
	var failure error
	rule.ForEachActiveAlert(func(alert *rules.Alert) {
		key := alert.Labels.String()
		if alert.State != before[key] {
			if err := e.write(at, alert); err != nil {
				failure = err
			}
		}
		now[key] = alert.State
	})
	e.states[rule] = now
	return failure
}

func (e *engine) write(at time.Time, alert *rules.Alert) error {
	text, err := json.Marshal(map[string]any{
		"at": at.Unix(), "state": alert.State.String(), "labels": alert.Labels.Map(),
		"description": alert.Annotations.Get("description"),
	})
	if err != nil {
		return err
	}
	_, err = e.output.Write(append(text, '\n'))
	return err
}
