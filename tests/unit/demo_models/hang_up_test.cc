#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/unit/demo_models/http_client.h"
#include "tools/demo-models/server/demo_server.h"

namespace arena::demo {
namespace {

constexpr absl::Duration kWait = absl::Seconds(10);
// The role comes in a delta too, with an empty text.
constexpr char kDelta[] = "\"delta\":{\"content\":";

int64_t MonotonicNowUs() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

class HangUpTest : public ::testing::Test {
 protected:
  static std::unique_ptr<DemoServer> StartServer() {
    auto server = DemoServer::Start({.seed = 5, .speed = 0, .has_faults = true});
    return server.ok() ? *std::move(server) : nullptr;
  }
  void SetUp() override { ASSERT_NE(server_, nullptr); }

  RawConnection Ask(const std::string& model, const std::string& prompt) {
    RawConnection connection(server_->port());
    connection.Send(ChatHttp(ChatBody(model, prompt)));
    return connection;
  }
  bool WaitForCloses(int64_t count) {
    return server_->WaitUntil(
        [=](const Stats& stats) { return stats.Total().closed_by_client == count; }, kWait);
  }

  const std::unique_ptr<DemoServer> server_ = StartServer();
};

TEST_F(HangUpTest, IsSeenWhileNothingIsSent) {
  RawConnection connection = Ask("aspen-chat!stall-after=1", "battle 17");
  connection.ReadUntil(kDelta);
  connection.Close();
  const int64_t left_us = MonotonicNowUs();
  ASSERT_TRUE(WaitForCloses(1));
  const Stats stats = server_->GetStats();
  ASSERT_EQ(stats.recent_closes.size(), 1U);
  const ClientClose& close = stats.recent_closes[0];
  EXPECT_EQ(close.model, "aspen-chat");
  EXPECT_EQ(close.prompt, "battle 17");
  EXPECT_EQ(close.deltas_sent, 1);
  EXPECT_LE(close.started_us, close.closed_us);
  // The server may see it before close() returns here.
  EXPECT_LT(close.closed_us - left_us, 10'000'000);
  EXPECT_EQ(stats.Total().last_close_us, close.closed_us);
  EXPECT_EQ(stats.Total().active, 0);
}

TEST_F(HangUpTest, IsSeenBeforeTheHeaders) {
  RawConnection connection = Ask("aspen-chat!stall-before-headers", "x");
  ASSERT_TRUE(
      server_->WaitUntil([](const Stats& stats) { return stats.Total().active == 1; }, kWait));
  connection.Close();
  EXPECT_TRUE(WaitForCloses(1));
}

TEST_F(HangUpTest, IsSeenBetweenTwoSlowDeltas) {
  RawConnection connection = Ask("aspen-chat!drip=60000", "x");
  connection.ReadUntil("assistant");
  connection.Close();
  EXPECT_TRUE(WaitForCloses(1));
}

TEST_F(HangUpTest, AfterTheEndIsNone) {
  RawConnection connection = Ask("aspen-chat", "x");
  connection.ReadUntil("[DONE]");
  connection.Close();
  EXPECT_TRUE(
      server_->WaitUntil([](const Stats& stats) { return stats.Total().completed == 1; }, kWait));
  EXPECT_EQ(server_->GetStats().Total().closed_by_client, 0);
}

TEST_F(HangUpTest, StatsTellAnotherProcess) {
  RawConnection connection = Ask("birch-tiny!stall-after=1", "x");
  connection.ReadUntil(kDelta);
  connection.Close();
  ASSERT_TRUE(WaitForCloses(1));
  const auto stats = nlohmann::json::parse(CurlClient(server_->port()).Get("/stats").body);
  EXPECT_EQ(stats["models"]["birch-tiny"]["closed_by_client"], 1);
  EXPECT_EQ(stats["recent_closes"][0]["model"], "birch-tiny");
  EXPECT_GE(stats["now_us"], stats["recent_closes"][0]["closed_us"]);
}

TEST_F(HangUpTest, AThousandStreamsAtOnce) {
  constexpr int kStreams = 1000;
  std::vector<RawConnection> connections;
  for (int i = 0; i < kStreams; ++i) connections.push_back(Ask("aspen-chat!stall-after=1", "x"));
  for (RawConnection& connection : connections) connection.ReadUntil(kDelta);
  EXPECT_EQ(server_->GetStats().Total().active, kStreams);
  EXPECT_EQ(CurlClient(server_->port()).Get("/healthz").status, 200);
  connections.clear();
  EXPECT_TRUE(WaitForCloses(kStreams));
}

}  // namespace
}  // namespace arena::demo
