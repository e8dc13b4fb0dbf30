#include "common/metrics/metrics.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace arena::metrics {
namespace {

using ::testing::HasSubstr;

// What `GET path` on a loopback port answers.
std::string Get(int port, const std::string& path) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  const std::string request = "GET " + path + " HTTP/1.0\r\n\r\n";
  EXPECT_EQ(write(socket, request.data(), request.size()), static_cast<ssize_t>(request.size()));
  std::string answer;
  char buffer[4096];
  for (ssize_t n = 0; (n = read(socket, buffer, sizeof(buffer))) > 0;) {
    answer.append(buffer, static_cast<size_t>(n));
  }
  close(socket);
  return answer;
}

TEST(MetricsTest, BuildInfoNamesServiceAndVersion) {
  const Registry registry("tester");
  EXPECT_THAT(registry.Text(), HasSubstr("arena_build_info{service=\"tester\",version=\""));
}

TEST(MetricsTest, CountersGaugesAndHistogramsShowWhatHappened) {
  Registry registry("tester");
  registry.AddCounter("arena_draws_total", "Draws.").Increment();
  registry.AddGauge("arena_lag_seconds", "Lag.").Set(2.5);
  registry.AddHistogram("arena_group_rows", "Rows.", SizeBuckets()).Observe(3);
  const std::string text = registry.Text();
  EXPECT_THAT(text, HasSubstr("# HELP arena_draws_total Draws."));
  EXPECT_THAT(text, HasSubstr("arena_draws_total 1"));
  EXPECT_THAT(text, HasSubstr("arena_lag_seconds 2.5"));
  EXPECT_THAT(text, HasSubstr("arena_group_rows_bucket{le=\"2\"} 0"));
  EXPECT_THAT(text, HasSubstr("arena_group_rows_bucket{le=\"4\"} 1"));
}

TEST(MetricsTest, LabelledMetricsAreOneSeriesAValue) {
  Registry registry("tester");
  const auto votes = registry.AddCounters("arena_votes_total", "Votes.", {"choice", "rated"});
  votes.With({"left", "yes"}).Increment();
  votes.With({"left", "yes"}).Increment();
  votes.With({"tie", "no"}).Increment();
  EXPECT_THAT(registry.Text(), HasSubstr("arena_votes_total{choice=\"left\",rated=\"yes\"} 2"));
  EXPECT_THAT(registry.Text(), HasSubstr("arena_votes_total{choice=\"tie\",rated=\"no\"} 1"));
}

TEST(MetricsTest, AReadingIsReadAtEachScrape) {
  Registry registry("tester");
  int queued = 3;
  registry.AddReading("arena_queue_rows", "Rows that wait.", [&queued] { return queued; });
  EXPECT_THAT(registry.Text(), HasSubstr("# TYPE arena_queue_rows gauge\narena_queue_rows 3"));
  queued = 5;
  EXPECT_THAT(registry.Text(), HasSubstr("arena_queue_rows 5"));
}

TEST(ExposerTest, ServesTheMetricsOnThePortThatItReports) {
  Registry registry("tester");
  registry.AddCounter("arena_draws_total", "Draws.").Increment();
  const auto exposer = Exposer::Start("127.0.0.1:0", registry);
  ASSERT_TRUE(exposer.ok()) << exposer.status();
  ASSERT_GT((*exposer)->port(), 0);
  EXPECT_THAT(Get((*exposer)->port(), "/metrics"), HasSubstr("arena_draws_total 1"));
}

TEST(ExposerTest, EmptyAddressServesNothing) {
  const Registry registry("tester");
  const auto exposer = Exposer::Start("", registry);
  ASSERT_TRUE(exposer.ok()) << exposer.status();
  EXPECT_EQ((*exposer)->port(), 0);
}

TEST(ExposerTest, TakenPortIsOneSentence) {
  const Registry registry("tester");
  const auto first = Exposer::Start("127.0.0.1:0", registry);
  ASSERT_TRUE(first.ok());
  const std::string address = "127.0.0.1:" + std::to_string((*first)->port());
  const auto second = Exposer::Start(address, registry);
  EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(second.status().message()), HasSubstr(address));
}

}  // namespace
}  // namespace arena::metrics
