// HttpServer: listens, keeps the sessions, and stops in order.
#ifndef FERRITE_NATIVE_SERVER_HTTP_SERVER_H_
#define FERRITE_NATIVE_SERVER_HTTP_SERVER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "native/server/http_session.h"
#include "native/server/tokens.h"
#include "native/stores/server_store.h"

namespace ferrite {

struct HttpServerOptions {
  std::string address = "127.0.0.1";
  uint16_t port = 0;  // 0: the system chooses
  HttpLimits limits;
};

// Serves until SIGINT or SIGTERM: then no new connection is taken, requests
// that have begun are answered, and after 10 seconds, or at a second signal,
// what is left is closed. `on_listening` gets "127.0.0.1:8080" once
// connections are taken; an Error from it ends the server.
// kInvalidArgument when the address cannot be listened on.
Result<void> RunHttpServer(
    const HttpServerOptions& options, const Tokens& tokens,
    std::unique_ptr<ServerStore> store,
    const std::function<Result<void>(const std::string& address,
                                     uint16_t port)>& on_listening);

}  // namespace ferrite

#endif  // FERRITE_NATIVE_SERVER_HTTP_SERVER_H_
