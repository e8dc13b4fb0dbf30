#include "common/rpc/server/server.h"

#include <fmt/format.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <utility>

#include "absl/time/clock.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/lifecycle/log.h"
#include "common/rpc/address.h"
#include "common/rpc/calls/unreadable_request.h"
#include "common/rpc/read_file.h"
#include "common/rpc/server/service_names.h"

namespace arena::rpc {
namespace {

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> CredentialsOf(
    const ServerOptions& options) {
  if (options.tls_key_file.empty()) return grpc::InsecureServerCredentials();
  const bool asks_clients = !options.tls_client_ca_file.empty();
  grpc::SslServerCredentialsOptions tls(
      asks_clients ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
                   : GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
  grpc::SslServerCredentialsOptions::PemKeyCertPair pair;
  ARENA_ASSIGN_OR_RETURN(pair.private_key, ReadFile(options.tls_key_file));
  ARENA_ASSIGN_OR_RETURN(pair.cert_chain, ReadFile(options.tls_certificate_file));
  tls.pem_key_cert_pairs.push_back(std::move(pair));
  if (asks_clients) {
    ARENA_ASSIGN_OR_RETURN(tls.pem_root_certs, ReadFile(options.tls_client_ca_file));
  }
  return grpc::SslServerCredentials(tls);
}

absl::Status CheckProtection(const ServerOptions& options, const Authenticator& authenticator) {
  const bool is_protected = !authenticator.is_local() && !options.tls_key_file.empty();
  if (is_protected || options.insecure_listen || IsLoopback(options.listen)) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      fmt::format("{} is not a loopback address: give TLS files and an API key file, or say "
                  "--insecure-listen.",
                  options.listen));
}

void SetLimits(grpc::ServerBuilder& builder) {
  // Otherwise a second server on the same port starts silently and takes half of the calls.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.SetMaxReceiveMessageSize(limits::kMessageBytes);
  builder.SetMaxSendMessageSize(limits::kMessageBytes);
  // A client that vanished is noticed in half a minute; our own clients may ping every 20 s.
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 20'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
}

}  // namespace

absl::StatusOr<std::unique_ptr<RpcServer>> RpcServer::Start(const ServerOptions& options,
                                                            Environment& environment,
                                                            std::vector<grpc::Service*> services,
                                                            std::vector<Dependency> dependencies) {
  ARENA_RETURN_IF_ERROR(CheckProtection(options, environment.authenticator()));
  ARENA_ASSIGN_OR_RETURN(const auto credentials, CredentialsOf(options));

  grpc::EnableDefaultHealthCheckService(false);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  SetLimits(builder);
  std::unique_ptr<RpcServer> server(new RpcServer(environment, std::move(dependencies)));
  builder.AddListeningPort(options.listen, credentials, &server->port_);
  for (grpc::Service* service : services) builder.RegisterService(service);
  builder.RegisterService(&server->health_);
  std::vector<std::string> names;
  builder.SetOption(std::make_unique<CollectServiceNames>(names));
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> interceptors;
  interceptors.push_back(std::make_unique<UnreadableRequests>(environment));
  builder.experimental().SetInterceptorCreators(std::move(interceptors));
  server->server_ = builder.BuildAndStart();
  if (server->server_ == nullptr || server->port_ == 0) {
    return absl::FailedPreconditionError(fmt::format(
        "Cannot listen on {}: the port is taken or the address is not ours.", options.listen));
  }
  server->address_ =
      fmt::format("{}:{}", options.listen.substr(0, options.listen.rfind(':')), server->port_);
  server->health_.SetNames(names);
  server->WatchDependencies(options.health_interval);
  lifecycle::LogInfo("Serving.", {{"listen", options.listen},
                                  {"port", server->port_},
                                  {"tls", !options.tls_key_file.empty()},
                                  {"local_mode", environment.authenticator().is_local()}});
  return server;
}

RpcServer::RpcServer(Environment& environment, std::vector<Dependency> dependencies)
    : environment_(environment), dependencies_(std::move(dependencies)), health_(environment) {}

RpcServer::~RpcServer() {
  if (server_ != nullptr) Shutdown(absl::Now());
}

void RpcServer::WatchDependencies(absl::Duration interval) {
  // The first look comes before anyone is told the port.
  CheckDependencies();
  health_loop_ = std::make_unique<lifecycle::BackgroundLoop>(
      lifecycle::BackgroundLoop::Options{.name = "health", .interval = interval},
      [this] { CheckDependencies(); });
  health_loop_->Start();
}

void RpcServer::CheckDependencies() {
  bool all_fine = true;
  for (const Dependency& dependency : dependencies_) {
    const absl::Status status = dependency.check();
    if (status.ok()) continue;
    all_fine = false;
    lifecycle::LogWarn("Dependency failed.",
                       {{"dependency", dependency.name}, {"cause", std::string(status.message())}});
  }
  absl::MutexLock lock(&mutex_);
  if (!stopped_serving_) health_.SetServing(all_fine);
}

void RpcServer::StopServing() {
  absl::MutexLock lock(&mutex_);
  stopped_serving_ = true;
  health_.SetServing(false);
}

void RpcServer::Shutdown(absl::Time deadline) {
  {
    absl::MutexLock lock(&mutex_);
    if (is_down_) return;
    is_down_ = true;
  }
  StopServing();
  health_loop_.reset();
  environment_.shutdown_notice().Give();
  server_->Shutdown(absl::ToChronoTime(deadline));
  server_->Wait();
}

lifecycle::ShutdownSteps ShutdownOf(RpcServer& server, const ServerOptions& options) {
  return {.stop_serving = [&server] { server.StopServing(); },
          .notice_time = options.notice_time,
          .drain = [&server](absl::Time deadline) { server.Shutdown(deadline); },
          .drain_time = options.drain_time,
          .stop_loops = nullptr};
}

}  // namespace arena::rpc
