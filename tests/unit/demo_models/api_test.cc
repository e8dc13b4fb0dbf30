#include "tools/demo-models/core/api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace arena::demo {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

constexpr char kChat[] = "/v1/chat/completions";

class ApiTest : public ::testing::Test {
 protected:
  static ApiOptions Options(bool has_faults) {
    return {.seed = 1,
            .speed = 0,
            .has_faults = has_faults,
            .monotonic_us = [] { return int64_t{1}; },
            .unix_s = [] { return int64_t{2}; }};
  }
  static HttpResponse Response(Api& api, std::string_view method, std::string_view target,
                               std::string_view body = "") {
    Outcome outcome = api.Handle(method, target, body);
    const auto* response = std::get_if<HttpResponse>(&outcome);
    return response == nullptr ? HttpResponse{-1, "", "", {}} : *response;
  }

  FaultBook book_;
  Ledger ledger_;
  Api plain_{Options(false), book_, ledger_};
  Api faulty_{Options(true), book_, ledger_};
};

struct BadRequest {
  std::string body;
  int status;
  std::string param;
};

TEST_F(ApiTest, RefusesBadRequestsInOpenAisShape) {
  const std::vector<BadRequest> requests = {
      {"", 400, ""},
      {"{", 400, ""},
      {"[]", 400, ""},
      {R"({"messages":[{"role":"user","content":"x"}]})", 400, "model"},
      {R"({"model":"aspen-chat"})", 400, "messages"},
      {R"({"model":"aspen-chat","messages":[]})", 400, "messages"},
      {R"({"model":"aspen-chat","messages":["x"]})", 400, "messages"},
      {R"({"model":"aspen-chat","max_tokens":0,"messages":[{"role":"user","content":"x"}]})", 400,
       "max_tokens"},
      {R"({"model":"oak","messages":[{"role":"user","content":"x"}]})", 404, "model"},
  };
  for (const BadRequest& request : requests) {
    const HttpResponse response = Response(plain_, "POST", kChat, request.body);
    EXPECT_EQ(response.status, request.status) << request.body;
    const json error = json::parse(response.body)["error"];
    EXPECT_EQ(error["type"], "invalid_request_error");
    EXPECT_TRUE(error["message"].is_string());
    EXPECT_EQ(error["param"], request.param.empty() ? json() : json(request.param));
  }
}

TEST_F(ApiTest, RefusesUnknownPathsAndMethods) {
  EXPECT_EQ(Response(plain_, "GET", "/nowhere").status, 404);
  EXPECT_EQ(Response(plain_, "GET", kChat).status, 405);
  EXPECT_EQ(Response(plain_, "POST", "/v1/models").status, 405);
  EXPECT_EQ(Response(plain_, "PUT", "/healthz").status, 405);
}

TEST_F(ApiTest, ListsTheModels) {
  const json list = json::parse(Response(plain_, "GET", "/v1/models").body);
  ASSERT_EQ(list["data"].size(), kProfiles.size());
  EXPECT_EQ(list["data"][0]["id"], kProfiles[0].name);
  EXPECT_EQ(list["object"], "list");
}

TEST_F(ApiTest, ReadsContentInParts) {
  Outcome outcome = plain_.Handle("POST", kChat, R"({"model":"willow-medium","messages":[
    {"role":"user","content":[{"type":"text","text":"What is "},{"type":"text","text":"2 + 2"}]}]})");
  auto* answer = std::get_if<ChatAnswer>(&outcome);
  ASSERT_NE(answer, nullptr);
  const Reply expected = Answer(*FindProfile("willow-medium"), 1, {{"user", "What is 2 + 2"}}, 100);
  EXPECT_EQ(json::parse(answer->script.Next().bytes)["choices"][0]["message"]["content"],
            expected.Text());
}

constexpr char kSuffixed[] =
    R"({"model":"aspen-chat!http=429","messages":[{"role":"user","content":"x"}]})";
constexpr char kUnsuffixed[] =
    R"({"model":"aspen-chat","messages":[{"role":"user","content":"x"}]})";

TEST_F(ApiTest, WithoutTheSwitchFaultsDoNotExist) {
  EXPECT_EQ(Response(plain_, "POST", kChat, kSuffixed).status, 404);
  EXPECT_EQ(Response(plain_, "POST", "/faults", R"({"model":"aspen-chat","fault":"empty"})").status,
            404);
}

TEST_F(ApiTest, ErrorFaultsNameModelAndKey) {
  const HttpResponse response = Response(faulty_, "POST", kChat, kSuffixed);
  EXPECT_EQ(response.status, 429);
  EXPECT_THAT(response.body, HasSubstr("aspen-chat"));
  EXPECT_THAT(response.body, HasSubstr(std::string(kFakeKey)));
  EXPECT_EQ(json::parse(response.body)["error"]["type"], "rate_limit_error");
  ASSERT_EQ(response.headers.size(), 1U);
  EXPECT_EQ(response.headers[0].first, "Retry-After");
}

TEST_F(ApiTest, ArmedFaultStrikesSoManyTimes) {
  const std::string armed = R"({"model":"aspen-chat","fault":"http=503","times":2})";
  EXPECT_EQ(Response(faulty_, "POST", "/faults", armed).status, 200);
  EXPECT_EQ(Response(faulty_, "POST", kChat, kUnsuffixed).status, 503);
  EXPECT_EQ(Response(faulty_, "POST", kChat, kUnsuffixed).status, 503);
  EXPECT_TRUE(std::holds_alternative<ChatAnswer>(faulty_.Handle("POST", kChat, kUnsuffixed)));
}

TEST_F(ApiTest, DeleteDisarms) {
  EXPECT_EQ(
      Response(faulty_, "POST", "/faults", R"({"model":"aspen-chat","fault":"not-json"})").status,
      200);
  EXPECT_EQ(Response(faulty_, "DELETE", "/faults").status, 200);
  EXPECT_TRUE(std::holds_alternative<ChatAnswer>(faulty_.Handle("POST", kChat, kUnsuffixed)));
}

TEST_F(ApiTest, RefusesFaultsItDoesNotKnow) {
  const auto arm = [&](const std::string& body) {
    return Response(faulty_, "POST", "/faults", body).status;
  };
  EXPECT_EQ(arm("nonsense"), 404);
  EXPECT_EQ(arm(R"({"model":"oak","fault":"empty"})"), 404);
  EXPECT_EQ(arm(R"({"model":"aspen-chat","fault":"oops"})"), 400);
  EXPECT_EQ(arm(R"({"model":"aspen-chat","fault":"empty","times":-1})"), 400);
}

TEST_F(ApiTest, StatsCountByModel) {
  EXPECT_TRUE(std::holds_alternative<ChatAnswer>(plain_.Handle("POST", kChat, kUnsuffixed)));
  const json stats = json::parse(Response(plain_, "GET", "/stats").body);
  EXPECT_EQ(stats["models"]["aspen-chat"]["requests"], 1);
  EXPECT_EQ(stats["models"]["aspen-chat"]["active"], 1);
  EXPECT_EQ(stats["models"]["birch-tiny"]["requests"], 0);
  EXPECT_EQ(stats["total"]["requests"], 1);
}

}  // namespace
}  // namespace arena::demo
