#include "tests/e2e/faults.h"

#include <curl/curl.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "tools/demo-models/questions/profiles.h"

namespace arena::testing {
namespace {

size_t Discard(char*, size_t size, size_t count, void*) { return size * count; }

}  // namespace

void Arm(const ArenaCluster& cluster, std::string_view model, const std::string& fault, int times) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(),
                                                                 &curl_easy_cleanup);
  const std::string url = "http://" + cluster.demo_address() + "/faults";
  const std::string body =
      nlohmann::json{{"model", model}, {"fault", fault}, {"times", times}}.dump();
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROXY, "");
  curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &Discard);
  EXPECT_EQ(curl_easy_perform(curl.get()), CURLE_OK) << body;
}

void ArmAll(const ArenaCluster& cluster, const std::string& fault, int times) {
  for (const demo::Profile& profile : demo::kProfiles) Arm(cluster, profile.name, fault, times);
}

}  // namespace arena::testing
