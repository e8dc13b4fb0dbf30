#include "common/metrics/metrics.h"

#include <prometheus/text_serializer.h>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/base/version.h"

namespace arena::metrics {

const Buckets& SecondsBuckets() {
  static const auto* buckets =
      new Buckets{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                  0.1,    0.25,    0.5,    1,     2.5,    5,     10,   30,    60};
  return *buckets;
}

const Buckets& SizeBuckets() {
  static const auto* buckets = new Buckets{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};
  return *buckets;
}

// What is counted, and what is read when somebody asks.
class Registry::Collector : public prometheus::Collectable {
 public:
  struct Reading {
    std::string name;
    std::string help;
    std::function<double()> read;
  };

  void Add(Reading reading) {
    absl::MutexLock lock(&mutex_);
    readings_.push_back(std::move(reading));
  }

  std::vector<prometheus::MetricFamily> Collect() const override {
    std::vector<prometheus::MetricFamily> families = counted.Collect();
    absl::MutexLock lock(&mutex_);
    for (const Reading& reading : readings_) {
      prometheus::ClientMetric metric;
      metric.gauge.value = reading.read();
      families.push_back({reading.name, reading.help, prometheus::MetricType::Gauge, {metric}});
    }
    return families;
  }

  prometheus::Registry counted;

 private:
  mutable absl::Mutex mutex_;
  std::vector<Reading> readings_ ABSL_GUARDED_BY(mutex_);
};

Registry::Registry(std::string_view service) : collector_(std::make_shared<Collector>()) {
  AddGauges("arena_build_info", "Always 1; its labels say what runs.", {"service", "version"})
      .With({std::string(service), std::string(Version())})
      .Set(1);
}

Counter& Registry::AddCounter(const std::string& name, const std::string& help) {
  return AddCounters(name, help, {}).With({});
}

Gauge& Registry::AddGauge(const std::string& name, const std::string& help) {
  return AddGauges(name, help, {}).With({});
}

Histogram& Registry::AddHistogram(const std::string& name, const std::string& help,
                                  const Buckets& buckets) {
  return AddHistograms(name, help, {}, buckets).With({});
}

Labelled<Counter> Registry::AddCounters(const std::string& name, const std::string& help,
                                        std::vector<std::string> label_names) {
  auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(collector_->counted);
  return {family, std::move(label_names)};
}

Labelled<Gauge> Registry::AddGauges(const std::string& name, const std::string& help,
                                    std::vector<std::string> label_names) {
  auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(collector_->counted);
  return {family, std::move(label_names)};
}

Labelled<Histogram> Registry::AddHistograms(const std::string& name, const std::string& help,
                                            std::vector<std::string> label_names,
                                            const Buckets& buckets) {
  auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(collector_->counted);
  return {family, std::move(label_names), buckets};
}

void Registry::AddReading(const std::string& name, const std::string& help,
                          std::function<double()> read) {
  collector_->Add({.name = name, .help = help, .read = std::move(read)});
}

std::string Registry::Text() const {
  return prometheus::TextSerializer().Serialize(collector_->Collect());
}

std::weak_ptr<prometheus::Collectable> Registry::collectable() const { return collector_; }

}  // namespace arena::metrics
