#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <string>

#include "tests/support/child_process.h"
#include "tests/unit/demo_models/http_client.h"

namespace arena::demo {
namespace {

using ::testing::StartsWith;

constexpr absl::Duration kWait = absl::Seconds(10);
constexpr char kListening[] = "listening 127.0.0.1:";

TEST(DemoModelsBinaryTest, PrintsItsPortServesAndEndsOnSigterm) {
  testing::ChildProcess process(
      {.command = {ARENA_DEMO_BINARY, "--port", "0", "--speed", "0"}, .read_stdout = true});
  const auto line = process.ReadLine(kWait);
  ASSERT_TRUE(line.has_value());
  ASSERT_THAT(*line, StartsWith(kListening));
  const auto port = static_cast<uint16_t>(std::stoi(line->substr(sizeof(kListening) - 1)));
  EXPECT_EQ(CurlClient(port).Get("/healthz").status, 200);
  EXPECT_EQ(EventData(CurlClient(port).Chat("aspen-chat", "1 + 1").body).back(), "[DONE]");
  process.Signal(SIGTERM);
  EXPECT_EQ(process.Wait(kWait), 0);
}

TEST(DemoModelsBinaryTest, TakesItsPortFromTheEnvironmentToo) {
  testing::ChildProcess first({.command = {ARENA_DEMO_BINARY},
                               .environment = {{"ARENA_DEMO_PORT", "0"}},
                               .read_stdout = true});
  const auto line = first.ReadLine(kWait);
  ASSERT_TRUE(line.has_value());
  const std::string port = line->substr(sizeof(kListening) - 1);
  EXPECT_EQ(testing::RunCommand({.command = {ARENA_DEMO_BINARY, "--port", port}}), 1)
      << "a port that is taken is an error";
}

}  // namespace
}  // namespace arena::demo
