#include "tests/e2e/arena_client.h"

#include <curl/curl.h>

#include <cstdlib>

#include "absl/time/clock.h"
#include "common/base/ids.h"
#include "common/base/random.h"
#include "common/rpc/channel.h"

namespace arena::testing {
namespace {

size_t Append(char* bytes, size_t size, size_t count, void* text) {
  static_cast<std::string*>(text)->append(bytes, size * count);
  return size * count;
}

// What a page says; empty when it cannot be read.
std::string HttpGet(const std::string& url) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(),
                                                                 &curl_easy_cleanup);
  std::string text;
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_PROXY, "");
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &Append);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &text);
  return curl_easy_perform(curl.get()) == CURLE_OK ? text : "";
}

}  // namespace

std::shared_ptr<grpc::Channel> ChannelTo(const ArenaCluster& cluster, const std::string& service) {
  return *rpc::MakeChannel({.address = cluster.address(service)});
}

std::string MetricsPage(const ArenaCluster& cluster, const std::string& service) {
  return HttpGet("http://" + cluster.metrics_address(service) + "/metrics");
}

std::optional<double> MetricOf(const ArenaCluster& cluster, const std::string& service,
                               const std::string& line) {
  const std::string page = "\n" + MetricsPage(cluster, service);
  const size_t found = page.find("\n" + line + " ");
  if (found == std::string::npos) return std::nullopt;
  return std::atof(page.c_str() + found + line.size() + 2);
}

std::string NewRequestId() {
  static SecureRandom random;
  return Uuid::MakeVersion7(absl::Now(), random).ToString();
}

}  // namespace arena::testing
