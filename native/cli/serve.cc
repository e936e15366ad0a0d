#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "native/cli/commands.h"
#include "native/server/http_server.h"
#include "native/server/tokens.h"
#include "native/stores/server_store.h"

namespace ferrite {
namespace {

Result<void> ParseListen(const std::string& text, HttpServerOptions* options) {
  const size_t colon = text.rfind(':');
  if (colon != std::string::npos) {
    options->address = text.substr(0, colon);
    if (options->address.size() > 2 && options->address.front() == '[') {
      options->address =
          options->address.substr(1, options->address.size() - 2);
    }
    int port = -1;
    const char* end = text.data() + text.size();
    const auto [stop, failed] =
        std::from_chars(text.data() + colon + 1, end, port);
    if (failed == std::errc() && stop == end && port >= 0 && port <= 65535) {
      options->port = static_cast<uint16_t>(port);
      return {};
    }
  }
  return Error{ErrorCode::kInvalidArgument,
               "--listen \"" + text + "\" is no address and port.",
               "Write 127.0.0.1:8787, or [::1]:8787.", ""};
}

Result<Tokens> ReadTokens(const ServeOptions& options) {
  Result<Tokens> tokens = options.tokens_file.empty()
                              ? Tokens::ParseList(options.tokens)
                              : Tokens::ReadFile(options.tokens_file);
  if (tokens.ok() && tokens->empty()) {
    return Error{ErrorCode::kInvalidArgument,
                 "There are no tokens, so nobody could push.",
                 "Give --tokens FILE with lines \"tenant token\", or set "
                 "FERRITE_TOKENS=token=tenant.",
                 ""};
  }
  return tokens;
}

// Whoever waits for the file finds the whole port in it: it appears by rename.
Result<void> WritePortFile(const std::string& path, uint16_t port) {
  const std::string temporary = path + ".part";
  bool written = false;
  {
    std::ofstream file(temporary);
    file << port << "\n";
    file.flush();
    written = file.good();
  }
  if (written && std::rename(temporary.c_str(), path.c_str()) == 0) return {};
  return Error{ErrorCode::kInvalidArgument,
               "The port file " + path + " cannot be written.", "", ""};
}

}  // namespace

Result<int> Serve(const ServeOptions& options, const Console& console) {
  HttpServerOptions server;
  if (auto parsed = ParseListen(options.listen, &server); !parsed.ok()) {
    return parsed.error();
  }
  server.limits.body_bytes = options.max_body;
  server.limits.connections = options.max_connections;
  server.limits.idle = std::chrono::seconds(options.idle_timeout_s);
  Result<Tokens> tokens = ReadTokens(options);
  if (!tokens.ok()) return std::move(tokens).error();
  Result<std::unique_ptr<ServerStore>> store =
      OpenSqliteServerStore(options.store);
  if (!store.ok()) return std::move(store).error();

  const auto announce = [&](const std::string& address,
                            uint16_t port) -> Result<void> {
    const bool is_v6 = address.find(':') != std::string::npos;
    const std::string url = fmt::format(
        "http://{}:{}", is_v6 ? "[" + address + "]" : address, port);
    console.Document(
        nlohmann::ordered_json(
            {{"listening", url}, {"port", port}, {"store", options.store}})
            .dump(-1, ' ', false,
                  nlohmann::ordered_json::error_handler_t::replace));
    console.Line("Listening on " + console.Paint(Tone::kBold, url));
    console.Line("  store   " + Printable(options.store));
    console.Line("  tokens  " + Grouped(tokens->size()));
    console.Line("  push    ferrite sync push --server " + url +
                 " --store FILE  (with FERRITE_TOKEN set)");
    console.Line("  stop    Ctrl-C");
    std::fflush(stdout);
    if (options.port_file.empty()) return {};
    return WritePortFile(options.port_file, port);
  };
  auto served = RunHttpServer(server, *tokens, std::move(*store), announce);
  if (!served.ok()) return served.error();
  spdlog::info("stopped");
  return 0;
}

}  // namespace ferrite
