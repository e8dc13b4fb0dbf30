// What streams cost a model-gateway in memory: idle ones, slow readers, a provider that floods.
// Seen from outside, as the resident memory of the real process.
#include <fmt/format.h>
#include <grpcpp/client_context.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "arena/v1/matchmaker_service.grpc.pb.h"
#include "arena/v1/model_gateway_service.grpc.pb.h"
#include "common/base/limits.h"
#include "common/rpc/channel.h"
#include "tests/e2e/arena_client.h"
#include "tests/e2e/crash_checks.h"
#include "tests/support/arena_cluster.h"
#include "tests/support/long_run.h"
#include "tests/support/slow_reader_channel.h"

namespace arena::testing {
namespace {

constexpr int64_t kKibibyte = 1024;

// Models that misbehave by themselves, so that a battle can name the two that it wants.
constexpr char kModels[] = R"(models:
  - {name: idle-a, state: active, endpoints: [{protocol: openai, url: "http://DEMO/v1", model: "juniper-large!stall-after=1", total_timeout_ms: 600000}]}
  - {name: idle-b, state: active, endpoints: [{protocol: openai, url: "http://DEMO/v1", model: "aspen-chat!stall-after=1", total_timeout_ms: 600000}]}
  - {name: flood-a, state: active, endpoints: [{protocol: openai, url: "http://DEMO/v1", model: "juniper-large!flood"}]}
  - {name: flood-b, state: active, endpoints: [{protocol: openai, url: "http://DEMO/v1", model: "aspen-chat!flood"}]}
)";

// One call of StreamReplies.
struct Stream {
  grpc::ClientContext context;
  std::unique_ptr<grpc::ClientReader<v1::StreamRepliesResponse>> reader;
  int ends = 0;
  size_t bytes = 0;

  bool Read() {
    v1::StreamRepliesResponse event;
    if (!reader->Read(&event)) return false;
    bytes += event.delta().text().size();
    ends += event.has_finished() ? 1 : 0;
    EXPECT_TRUE(!event.has_finished() || event.finished().end() == v1::SIDE_END_LENGTH);
    return true;
  }
};

class MemoryJourney : public ::testing::Test {
 protected:
  void SetUp() override {
    auto started = ArenaCluster::Start({.demo_flags = {"--faults"}});
    ASSERT_TRUE(started.ok()) << started.status();
    cluster_ = *std::move(started);
    std::string models = kModels;
    for (size_t at = models.find("DEMO"); at != std::string::npos; at = models.find("DEMO")) {
      models.replace(at, 4, cluster_->demo_address());
    }
    WriteFile(cluster_->PathOf("memory.yaml"), models);
    const auto applied = cluster_->Arenactl(
        {"models", "apply", cluster_->PathOf("memory.yaml"), "--reason", "test"});
    ASSERT_EQ(applied.exit_code, 0) << applied.err;
    matchmaker_ = v1::MatchmakerService::NewStub(ChannelTo(*cluster_, "matchmaker"));
    gateway_ =
        v1::ModelGatewayService::NewStub(SlowReaderChannel(cluster_->address("model-gateway")));
  }

  // Opens a stream between two named models.
  std::unique_ptr<Stream> Open(const std::string& left, const std::string& right) {
    v1::CreateBattleRequest create;
    create.set_request_id(NewRequestId());
    create.set_mode(v1::BATTLE_MODE_SIDE_BY_SIDE);
    create.add_model_names(left);
    create.add_model_names(right);
    v1::CreateBattleResponse created;
    grpc::ClientContext context;
    rpc::SetDeadline(context, absl::Seconds(30));
    const grpc::Status status = matchmaker_->CreateBattle(&context, create, &created);
    EXPECT_TRUE(status.ok()) << status.error_message();
    v1::StreamRepliesRequest ask;
    ask.set_battle_id(created.battle().battle_id());
    ask.set_request_id(NewRequestId());
    ask.set_prompt("What is 17 + 26?");
    auto stream = std::make_unique<Stream>();
    rpc::SetDeadline(stream->context, absl::Minutes(10));
    stream->reader = gateway_->StreamReplies(&stream->context, ask);
    return stream;
  }

  // So many streams on which both models have said something and then stall.
  std::vector<std::unique_ptr<Stream>> OpenIdle(int count) {
    std::vector<std::unique_ptr<Stream>> streams;
    for (int i = 0; i < count; ++i) streams.push_back(Open("idle-a", "idle-b"));
    for (const auto& stream : streams) {
      EXPECT_TRUE(stream->Read());
      EXPECT_TRUE(stream->Read());
    }
    return streams;
  }

  // Whether a metric of the gateway is there and comes to be right.
  bool AwaitMetric(const std::string& line, const std::function<bool(double)>& is_right) {
    const absl::Time deadline = absl::Now() + absl::Seconds(60);
    while (true) {
      const std::optional<double> value = MetricOf(*cluster_, "model-gateway", line);
      if (value.has_value() && is_right(*value)) return true;
      if (absl::Now() > deadline) return false;
      absl::SleepFor(absl::Milliseconds(20));
    }
  }

  int64_t Resident() const { return cluster_->ResidentBytes("model-gateway"); }

  std::unique_ptr<ArenaCluster> cluster_;
  std::unique_ptr<v1::MatchmakerService::Stub> matchmaker_;
  std::unique_ptr<v1::ModelGatewayService::Stub> gateway_;
};

// A stream has two replies: two calls of providers, and one of the client.
TEST_F(MemoryJourney, AnIdleReplyTakesLessThanThirtyTwoKibibytes) {
  const int count = IsLongRun() ? 2'000 : 300;
  // What is allocated once: threads, connections to PostgreSQL, tables.
  for (const auto& stream : OpenIdle(20)) stream->context.TryCancel();
  const int64_t before = Resident();
  const auto streams = OpenIdle(count);
  const int64_t each_reply = (Resident() - before) / (2 * count);
  fmt::print("{} idle streams of two replies: {:.1f} KiB a reply, {:.1f} MiB before\n", count,
             static_cast<double>(each_reply) / kKibibyte,
             static_cast<double>(before) / kKibibyte / kKibibyte);
  EXPECT_LT(each_reply, 32 * kKibibyte);
  for (const auto& stream : streams) stream->context.TryCancel();
}

TEST_F(MemoryJourney, ASlowReaderIsHeldBackByTheProviderAndNotByMemory) {
  const int count = IsLongRun() ? 100 : 10;
  for (const auto& stream : OpenIdle(20)) stream->context.TryCancel();
  const int64_t before = Resident();
  std::vector<std::unique_ptr<Stream>> streams;
  for (int i = 0; i < count; ++i) streams.push_back(Open("flood-a", "flood-b"));
  // Nobody reads. Both providers of each stream are made to wait.
  ASSERT_TRUE(AwaitMetric("arena_gateway_provider_pauses_total",
                          [count](double pauses) { return pauses >= 2 * count; }));
  const int64_t each = (Resident() - before) / count;
  fmt::print("{} slow readers: {:.0f} KiB each\n", count, static_cast<double>(each) / kKibibyte);
  // Of each side: what waits for the client; what was said so far, which is that and what the
  // client's side took (its window, and what waits inside of gRPC); and buffers on the way.
  const auto each_side = static_cast<int64_t>(2 * limits::kSideBufferBytes) + 256 * kKibibyte;
  EXPECT_LT(each, 2 * each_side);
  // And all of it arrives.
  for (const auto& stream : streams) {
    while (stream->Read()) {
    }
    EXPECT_EQ(stream->ends, 2);
    EXPECT_EQ(stream->bytes, 2 * limits::kReplyBytes);
  }
}

// Each model would say a gibibyte.
TEST_F(MemoryJourney, AFloodIsCutAndItsProviderClosed) {
  const int count = IsLongRun() ? 50 : 3;
  for (const auto& stream : OpenIdle(20)) stream->context.TryCancel();
  const int64_t before = Resident();
  for (int i = 0; i < count; ++i) {
    const auto stream = Open("flood-a", "flood-b");
    while (stream->Read()) {
    }
    EXPECT_TRUE(stream->reader->Finish().ok());
    EXPECT_EQ(stream->ends, 2);
    EXPECT_EQ(stream->bytes, 2 * limits::kReplyBytes);
  }
  const int64_t peak = cluster_->PeakResidentBytes("model-gateway") - before;
  fmt::print("{} floods of 2 GiB: {:.1f} MiB at the peak\n", count,
             static_cast<double>(peak) / kKibibyte / kKibibyte);
  EXPECT_LT(peak, 32 * kKibibyte * kKibibyte);
  // Nothing is left of them: the connections are closed, since the providers would go on.
  EXPECT_TRUE(AwaitMetric("arena_gateway_provider_connections_open",
                          [](double open) { return open == 0; }));
}

}  // namespace
}  // namespace arena::testing
