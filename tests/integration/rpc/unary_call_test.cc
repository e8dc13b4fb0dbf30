#include "common/rpc/calls/unary_call.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "common/base/errors.h"
#include "common/lifecycle/log.h"
#include "common/rpc/grpc_status.h"
#include "tests/integration/rpc/test_server.h"
#include "tests/support/eventually.h"

namespace arena::rpc {
namespace {

using ::testing::HasSubstr;
using CreateResponder = Responder<v1::CreateBattleResponse>;

constexpr absl::Duration kPatience = absl::Seconds(20);

// What a client sees of CreateBattle.
struct Answer {
  absl::Status status;
  std::string battle_id;
};

Answer Create(v1::MatchmakerService::Stub& stub, const std::string& request_id = "id",
              absl::Duration timeout = kPatience) {
  grpc::ClientContext context;
  if (timeout != absl::InfiniteDuration()) SetDeadline(context, timeout);
  v1::CreateBattleRequest request;
  request.set_request_id(request_id);
  v1::CreateBattleResponse response;
  const grpc::Status status = stub.CreateBattle(&context, request, &response);
  return {FromGrpcStatus(status), response.battle().battle_id()};
}

v1::CreateBattleResponse BattleNamed(const std::string& battle_id) {
  v1::CreateBattleResponse response;
  response.mutable_battle()->set_battle_id(battle_id);
  return response;
}

TEST(UnaryCallTest, HandlerMayAnswerLaterFromAnotherThread) {
  std::thread later;
  TestServer server(
      {}, {.create_battle = [&](const Call& call, const auto& request, CreateResponder respond) {
        EXPECT_EQ(call.principal.name, "local");
        EXPECT_EQ(call.request_id, "id");
        EXPECT_GT(call.deadline, absl::Now());
        later = std::thread([&request, respond] { respond(BattleNamed(request.request_id())); });
      }});
  const auto stub = server.Matchmaker();
  const Answer answer = Create(*stub);
  later.join();
  EXPECT_TRUE(answer.status.ok()) << answer.status;
  EXPECT_EQ(answer.battle_id, "id");
}

TEST(UnaryCallTest, ErrorsReachTheClientWithReasonAndMetadata) {
  const absl::Status error = MakeError(absl::StatusCode::kNotFound, "MODEL_NOT_FOUND",
                                       "There is no model named 'x'.", {{"model", "x"}});
  TestServer server({}, {.create_battle = [&](const Call&, const auto&, CreateResponder respond) {
                      respond(error);
                    }});
  const auto stub = server.Matchmaker();
  EXPECT_EQ(Create(*stub).status, error);
}

TEST(UnaryCallTest, FirstAnswerCounts) {
  TestServer server({}, {.create_battle = [&](const Call&, const auto&, CreateResponder respond) {
                      respond(BattleNamed("first"));
                      EXPECT_TRUE(respond.has_ended());
                      respond(BattleNamed("second"));
                      respond(absl::InternalError("third"));
                    }});
  const auto stub = server.Matchmaker();
  EXPECT_EQ(Create(*stub).battle_id, "first");
}

TEST(UnaryCallTest, DroppedCallIsAnsweredInternal) {
  TestServer server({}, {.create_battle = [](const Call&, const auto&, CreateResponder) {}});
  const auto stub = server.Matchmaker();
  EXPECT_EQ(ReasonOf(Create(*stub).status), "INTERNAL");
}

TEST(UnaryCallTest, HandlerThatReturnsAnswersAtOnce) {
  TestServer server({}, {.list_models = [](const Call&, const v1::ListModelsRequest& request)
                             -> absl::StatusOr<v1::ListModelsResponse> {
                      if (request.page_size() < 0) return FieldInvalid("page_size", "positive");
                      v1::ListModelsResponse response;
                      response.set_next_page_token("more");
                      return response;
                    }});
  const auto stub = server.Matchmaker();
  v1::ListModelsRequest request;
  v1::ListModelsResponse response;
  {
    grpc::ClientContext context;
    EXPECT_TRUE(stub->ListModels(&context, request, &response).ok());
    EXPECT_EQ(response.next_page_token(), "more");
  }
  grpc::ClientContext context;
  request.set_page_size(-1);
  EXPECT_EQ(ReasonOf(FromGrpcStatus(stub->ListModels(&context, request, &response))),
            "FIELD_INVALID");
}

TEST(UnaryCallTest, CallWithoutDeadlineEndsAtTheServersDefault) {
  absl::Notification held;
  std::optional<CreateResponder> kept;
  TestServerOptions options;
  options.server.default_deadline = absl::Milliseconds(500);
  TestServer server(options,
                    {.create_battle = [&](const Call&, const auto&, CreateResponder respond) {
                      kept = respond;
                      held.Notify();
                    }});
  const auto stub = server.Matchmaker();
  const Answer answer = Create(*stub, "id", absl::InfiniteDuration());
  EXPECT_EQ(answer.status.code(), absl::StatusCode::kDeadlineExceeded);
  // The handler is late; its answer is dropped and harms nobody.
  ASSERT_TRUE(held.WaitForNotificationWithTimeout(absl::Seconds(30)));
  EXPECT_TRUE(kept->has_ended());
  (*kept)(BattleNamed("late"));
}

TEST(UnaryCallTest, ClientsDeadlineReachesTheHandlerAndEndsTheCall) {
  absl::Notification held;
  std::optional<CreateResponder> kept;
  absl::Time deadline;
  TestServer server(
      {}, {.create_battle =
               [&](const Call& call, const auto&, CreateResponder respond) {
                 deadline = call.deadline;
                 kept = respond;
                 held.Notify();
               },
           .list_models = [](const Call&, const auto&) { return v1::ListModelsResponse(); }});
  const auto stub = server.Matchmaker();
  const absl::Time before = absl::Now();
  // Connected before the clock of the call starts.
  v1::ListModelsResponse models;
  grpc::ClientContext connecting;
  (void)stub->ListModels(&connecting, {}, &models);
  const Answer answer = Create(*stub, "id", absl::Seconds(1));
  EXPECT_EQ(answer.status.code(), absl::StatusCode::kDeadlineExceeded);
  ASSERT_TRUE(held.WaitForNotificationWithTimeout(absl::Seconds(30)));
  EXPECT_LT(deadline, before + absl::Seconds(20));
  EXPECT_TRUE(testing::Eventually([&] { return kept->has_ended(); }));
}

TEST(UnaryCallTest, CancelledCallEndsWhileTheHandlerStillHoldsIt) {
  absl::Notification held;
  std::optional<CreateResponder> kept;
  const v1::CreateBattleRequest* kept_request = nullptr;
  TestServer server(
      {}, {.create_battle = [&](const Call&, const auto& request, CreateResponder respond) {
        kept = respond;
        kept_request = &request;
        held.Notify();
      }});
  const auto stub = server.Matchmaker();
  grpc::ClientContext context;
  std::thread canceller([&] {
    held.WaitForNotification();
    context.TryCancel();
  });
  v1::CreateBattleRequest request;
  request.set_request_id("kept");
  v1::CreateBattleResponse response;
  EXPECT_EQ(stub->CreateBattle(&context, request, &response).error_code(),
            grpc::StatusCode::CANCELLED);
  canceller.join();
  EXPECT_TRUE(testing::Eventually([&] { return kept->has_ended(); }));
  EXPECT_EQ(kept_request->request_id(), "kept");
  (*kept)(BattleNamed("late"));
}

TEST(UnaryCallTest, VoterHeadersAreReadAndLimited) {
  TestServer server({}, {.create_battle = [](const Call&, const auto&, CreateResponder respond) {
                      respond(BattleNamed("b"));
                    }});
  const auto stub = server.Matchmaker();
  const auto voter_of = [&](const std::string& pseudonym, const std::string& address) {
    grpc::ClientContext context;
    SetDeadline(context, kPatience);
    context.AddMetadata("arena-voter", pseudonym);
    context.AddMetadata("arena-voter-address", address);
    v1::CreateBattleResponse response;
    EXPECT_TRUE(stub->CreateBattle(&context, {}, &response).ok());
    return server.handlers().voter;
  };
  const auto voter = voter_of("user-7", "2001:db8::1");
  ASSERT_TRUE(voter.ok());
  EXPECT_EQ(voter->pseudonym, "user-7");
  EXPECT_EQ(voter->address, "2001:db8::1");
  EXPECT_TRUE(voter_of(std::string(128, 'v'), "192.0.2.1").ok());
  EXPECT_EQ(ReasonOf(voter_of(std::string(129, 'v'), "192.0.2.1").status()), "FIELD_INVALID");
  EXPECT_EQ(ReasonOf(voter_of("v", "example.org").status()), "FIELD_INVALID");
}

TEST(BlockingCallTest, FullPoolRefusesWithOverloaded) {
  absl::Notification first_runs;
  absl::Notification release;
  TestServer server({}, {.get_battle = [&](const Call&, const v1::GetBattleRequest& request)
                             -> absl::StatusOr<v1::GetBattleResponse> {
                      if (request.battle_id() == "first") first_runs.Notify();
                      release.WaitForNotification();
                      return v1::GetBattleResponse();
                    }});
  const auto stub = server.Matchmaker();
  const auto get = [&](const std::string& battle_id) {
    grpc::ClientContext context;
    SetDeadline(context, kPatience);
    v1::GetBattleRequest request;
    request.set_battle_id(battle_id);
    v1::GetBattleResponse response;
    return FromGrpcStatus(stub->GetBattle(&context, request, &response));
  };
  std::thread first([&] { EXPECT_TRUE(get("first").ok()); });
  first_runs.WaitForNotification();
  // The only thread is busy; the queue takes one more. Of two further calls one is refused.
  std::atomic<int> refused = 0;
  const auto try_one = [&] {
    const absl::Status status = get("more");
    if (status.ok()) return;
    EXPECT_EQ(ReasonOf(status), "OVERLOADED");
    ++refused;
    release.Notify();
  };
  std::thread second(try_one);
  std::thread third(try_one);
  first.join();
  second.join();
  third.join();
  EXPECT_EQ(refused, 1);
  EXPECT_THAT(server.metrics().Text(),
              HasSubstr("arena_limit_refusals_total{limit=\"kWorkerQueueCalls\"} 1"));
}

TEST(UnaryCallTest, EachCallIsOneLogLineAndOneCount) {
  TestServer server(
      {}, {.create_battle = [](const Call&, const auto& request, CreateResponder respond) {
        if (request.request_id() == "bad") return respond(RequestIdReused());
        respond(BattleNamed("b"));
      }});
  const auto stub = server.Matchmaker();
  // Another test of this program may have made the log quieter.
  ASSERT_TRUE(lifecycle::InitLogging("test", "info").ok());
  ::testing::internal::CaptureStderr();
  Create(*stub, "good");
  Create(*stub, "bad");
  std::istringstream log(::testing::internal::GetCapturedStderr());
  std::vector<nlohmann::json> calls;
  for (std::string line; std::getline(log, line);) calls.push_back(nlohmann::json::parse(line));
  ASSERT_EQ(calls.size(), 2u);
  EXPECT_EQ(calls[0]["method"], "MatchmakerService/CreateBattle");
  EXPECT_EQ(calls[0]["principal"], "local");
  EXPECT_EQ(calls[0]["request_id"], "good");
  EXPECT_EQ(calls[0]["code"], "OK");
  EXPECT_GE(calls[0]["ms"], 0.0);
  EXPECT_EQ(calls[1]["code"], "ALREADY_EXISTS");
  EXPECT_EQ(calls[1]["reason"], "REQUEST_ID_REUSED");
  const std::string metrics = server.metrics().Text();
  for (const char* code : {"OK", "ALREADY_EXISTS"}) {
    EXPECT_THAT(metrics, HasSubstr(std::string("arena_rpc_calls_total{code=\"") + code +
                                   "\",method=\"MatchmakerService/CreateBattle\"} 1"));
  }
  EXPECT_THAT(metrics, HasSubstr("arena_rpc_call_seconds_count{method=\"MatchmakerService/"
                                 "CreateBattle\"} 2"));
}

// Blindness: whatever a handler does, the harness adds no header or trailer of its own.
TEST(UnaryCallTest, NoHeadersOrTrailersBeyondGrpcsOwn) {
  TestServer server({}, {.create_battle = [](const Call&, const auto&, CreateResponder respond) {
                      respond(BattleNamed("b"));
                    }});
  const auto stub = server.Matchmaker();
  grpc::ClientContext context;
  v1::CreateBattleResponse response;
  ASSERT_TRUE(stub->CreateBattle(&context, {}, &response).ok());
  for (const auto& [key, value] : context.GetServerInitialMetadata()) {
    ADD_FAILURE() << std::string(key.data(), key.size());
  }
  EXPECT_TRUE(context.GetServerTrailingMetadata().empty());
}

}  // namespace
}  // namespace arena::rpc
