#pragma once

#include <google/protobuf/wrappers.pb.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/server_context.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/base/limits.h"
#include "common/base/places.h"
#include "common/rpc/calls/server_stream.h"
#include "common/rpc/server/environment.h"

namespace arena::rpc {

// grpc.health.v1.Health, for anyone who asks. gRPC brings one of its own, but whoever watches that
// holds up a shutdown until its deadline. The messages are of the same shape on the wire as those
// of the published health.proto, which Debian does not ship: one text, one enum, each field 1.
class HealthService : public grpc::Service {
 public:
  using Request = google::protobuf::StringValue;
  using Response = google::protobuf::Int32Value;

  explicit HealthService(Environment& environment);

  // The services that are known by name; to be called before anyone asks.
  void SetNames(const std::vector<std::string>& names);

  // Sets the health of all names and of the server as a whole, and tells those who watch.
  void SetServing(bool serving);

 private:
  using Watcher = ServerStream<Response>;

  grpc::ServerUnaryReactor* Check(grpc::CallbackServerContext* context, const Request* request,
                                  Response* response);
  grpc::ServerWriteReactor<Response>* Watch(grpc::CallbackServerContext* context,
                                            const Request* request);
  // Values of HealthCheckResponse.ServingStatus.
  Response StatusOf(const std::string& name) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Method watch_;
  Places places_{limits::kHealthWatchers};
  absl::Mutex mutex_;
  std::set<std::string> names_ ABSL_GUARDED_BY(mutex_);
  bool serving_ ABSL_GUARDED_BY(mutex_) = false;
  // Watchers of known names.
  std::vector<std::weak_ptr<Watcher>> watchers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace arena::rpc
