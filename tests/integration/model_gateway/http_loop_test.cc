// The loop that carries all conversations with providers, against a real one.
#include "services/model-gateway/provider/http_loop.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <deque>
#include <future>

#include "absl/synchronization/mutex.h"
#include "tools/demo-models/server/demo_server.h"

namespace arena::model_gateway {
namespace {

// Counts what happens to a transfer. Read by the test after Wait.
class Listener : public HttpListener {
 public:
  void OnHead(int http_status, std::string_view) override { http_status_ = http_status; }
  void OnBody(std::string_view bytes) override { bytes_ += bytes.size(); }
  void OnEnd(const absl::Status& status) override { end_.set_value(status); }

  absl::Status Wait() { return end_.get_future().get(); }
  int http_status() const { return http_status_; }
  size_t bytes() const { return bytes_; }

 private:
  int http_status_ = 0;
  size_t bytes_ = 0;
  std::promise<absl::Status> end_;
};

class HttpLoopTest : public ::testing::Test {
 protected:
  HttpLoopTest() { demo_ = *demo::DemoServer::Start({.speed = 0, .has_faults = true}); }

  HttpRequest Request(const std::string& script, const std::string& prompt = "What is 2 + 3?") {
    return {.url = demo_->url() + "/chat/completions",
            .body = fmt::format(R"({{"model":"{}","stream":true,"messages":[)"
                                R"({{"role":"user","content":"{}"}}]}})",
                                script, prompt),
            .headers = {"Content-Type: application/json"}};
  }

  // Runs `task` on the loop and waits for it.
  void OnLoop(std::function<void()> task) {
    std::promise<void> done;
    loop_.Post([&] {
      task();
      done.set_value();
    });
    done.get_future().wait();
  }

  bool WaitForDemo(const std::function<bool(const demo::ModelStats&)>& condition) {
    return demo_->WaitUntil([&](const demo::Stats& stats) { return condition(stats.Total()); },
                            absl::Seconds(20));
  }

  std::unique_ptr<demo::DemoServer> demo_;
  std::deque<Listener> listeners_;
  HttpLoop loop_{{}};
};

TEST_F(HttpLoopTest, ThousandTransfersAtOnceAllEnd) {
  constexpr int kTransfers = 1'000;
  listeners_.resize(kTransfers);
  OnLoop([&] {
    for (Listener& listener : listeners_) loop_.Start(Request("birch-tiny!drip=1"), listener);
  });
  for (Listener& listener : listeners_) {
    EXPECT_TRUE(listener.Wait().ok());
    EXPECT_EQ(listener.http_status(), 200);
    EXPECT_GT(listener.bytes(), 0u);
  }
}

TEST_F(HttpLoopTest, ThousandStalledTransfersAreClosedAtOnce) {
  constexpr int kTransfers = 1'000;
  listeners_.resize(kTransfers);
  std::vector<HttpLoop::TransferId> ids;
  OnLoop([&] {
    for (Listener& listener : listeners_) {
      ids.push_back(loop_.Start(Request("birch-tiny!stall-after=1"), listener));
    }
  });
  ASSERT_TRUE(WaitForDemo([](const auto& total) { return total.deltas_sent == kTransfers; }));
  OnLoop([&] {
    for (const auto id : ids) loop_.Cancel(id);
  });
  EXPECT_TRUE(WaitForDemo([](const auto& total) { return total.closed_by_client == kTransfers; }));
  EXPECT_EQ(loop_.connections(), 0);
}

TEST_F(HttpLoopTest, ConnectionsServeAgain) {
  for (int i = 0; i < 3; ++i) {
    Listener listener;
    OnLoop([&] { loop_.Start(Request("birch-tiny"), listener); });
    EXPECT_TRUE(listener.Wait().ok());
  }
  EXPECT_EQ(loop_.connections(), 1);
}

TEST_F(HttpLoopTest, RefusedConnectionIsUnavailable) {
  Listener listener;
  OnLoop([&] { loop_.Start({.url = "http://127.0.0.1:1/"}, listener); });
  EXPECT_EQ(listener.Wait().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(listener.http_status(), 0);
}

TEST_F(HttpLoopTest, OtherProtocolsAreRefused) {
  Listener listener;
  OnLoop([&] { loop_.Start({.url = "file:///etc/hostname"}, listener); });
  EXPECT_FALSE(listener.Wait().ok());
  EXPECT_EQ(listener.bytes(), 0u);
}

TEST_F(HttpLoopTest, CutBodyIsNoProperEnd) {
  Listener listener;
  OnLoop([&] { loop_.Start(Request("juniper-large!cut-after=2"), listener); });
  EXPECT_EQ(listener.Wait().code(), absl::StatusCode::kUnavailable);
  EXPECT_GT(listener.bytes(), 0u);
}

TEST_F(HttpLoopTest, PausedTransferHoldsTheProviderUntilResumed) {
  Listener listener;
  HttpLoop::TransferId id = 0;
  OnLoop([&] {
    id = loop_.Start(Request(fmt::format("birch-tiny!flood={}", 64 << 20)), listener);
    loop_.Pause(id);
  });
  // The provider fills what lies between, far less than it has to say, and nobody hears a word.
  ASSERT_TRUE(WaitForDemo([](const auto& total) { return total.deltas_sent > 0; }));
  OnLoop([&] { EXPECT_EQ(listener.bytes(), 0u); });
  EXPECT_EQ(demo_->GetStats().Total().completed, 0);
  OnLoop([&] { loop_.Resume(id); });
  EXPECT_TRUE(listener.Wait().ok());
  EXPECT_GT(listener.bytes(), size_t{64 << 20});
}

TEST_F(HttpLoopTest, TimersRunInOrderAndCancelledOnesNever) {
  std::string order;
  std::promise<void> done;
  OnLoop([&] {
    loop_.After(absl::Milliseconds(500), [&] {
      order += "c";
      done.set_value();
    });
    loop_.After(absl::Milliseconds(5), [&] { order += "a"; });
    const auto cancelled = loop_.After(absl::Milliseconds(6), [&] { order += "x"; });
    loop_.After(absl::Milliseconds(100), [&] { order += "b"; });
    loop_.CancelTimer(cancelled);
  });
  done.get_future().wait();
  EXPECT_EQ(order, "abc");
}

}  // namespace
}  // namespace arena::model_gateway
