#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

// Thin over prometheus-cpp. Names start with `arena_` and end in their unit (`_seconds`, `_bytes`,
// `_total`); labels have few values and never hold an id. What the calls below return lives as long
// as the registry and may be used by any thread.
namespace arena::metrics {

using Counter = prometheus::Counter;
using Gauge = prometheus::Gauge;
using Histogram = prometheus::Histogram;

// Upper bounds of histogram buckets.
using Buckets = std::vector<double>;
// 0.1 ms to 60 s: calls, statements, lags.
const Buckets& SecondsBuckets();
// 1 to 1,024 in powers of two: rows of a group, queue lengths.
const Buckets& SizeBuckets();

// One metric with fixed label names; `With` takes a value for each, in order. Hot paths keep the
// reference that it returns, since each look-up takes a lock.
template <typename Metric>
class Labelled {
 public:
  Labelled(prometheus::Family<Metric>& family, std::vector<std::string> names, Buckets buckets = {})
      : family_(&family), names_(std::move(names)), buckets_(std::move(buckets)) {}

  Metric& With(const std::vector<std::string>& values) const {
    prometheus::Labels labels;
    for (size_t i = 0; i < names_.size(); ++i) labels[names_[i]] = values.at(i);
    if constexpr (std::is_same_v<Metric, Histogram>) {
      return family_->Add(labels, buckets_);
    } else {
      return family_->Add(labels);
    }
  }

 private:
  prometheus::Family<Metric>* family_;
  std::vector<std::string> names_;
  Buckets buckets_;
};

// All metrics of a process.
class Registry {
 public:
  // Adds `arena_build_info{service, version} 1`.
  explicit Registry(std::string_view service);

  Counter& AddCounter(const std::string& name, const std::string& help);
  Gauge& AddGauge(const std::string& name, const std::string& help);
  Histogram& AddHistogram(const std::string& name, const std::string& help,
                          const Buckets& buckets = SecondsBuckets());

  Labelled<Counter> AddCounters(const std::string& name, const std::string& help,
                                std::vector<std::string> label_names);
  Labelled<Gauge> AddGauges(const std::string& name, const std::string& help,
                            std::vector<std::string> label_names);
  Labelled<Histogram> AddHistograms(const std::string& name, const std::string& help,
                                    std::vector<std::string> label_names,
                                    const Buckets& buckets = SecondsBuckets());

  // A gauge whose value is read at each scrape, by the scraping thread: for what is known anyway.
  // Must not block. Whatever `read` uses must outlive the Exposer.
  void AddReading(const std::string& name, const std::string& help, std::function<double()> read);

  // The text that Prometheus scrapes; for tests.
  std::string Text() const;
  std::weak_ptr<prometheus::Collectable> collectable() const;

 private:
  class Collector;
  std::shared_ptr<Collector> collector_;
};

// Serves `GET /metrics`.
class Exposer {
 public:
  // `address` is host:port; port 0 picks a free one; an empty address serves nothing.
  // FAILED_PRECONDITION when it is taken. The default of the setting --metrics-listen is a loopback
  // address: these pages are for operators.
  static absl::StatusOr<std::unique_ptr<Exposer>> Start(const std::string& address,
                                                        const Registry& registry);
  ~Exposer();

  // The port bound to; 0 when nothing is served.
  int port() const { return port_; }

 private:
  struct Server;
  Exposer(std::unique_ptr<Server> server, int port);

  std::unique_ptr<Server> server_;
  int port_;
};

}  // namespace arena::metrics
