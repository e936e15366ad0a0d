#include "tests/support/shop.h"

#include <stdexcept>
#include <utility>

namespace ferrite::testing {
namespace {

bool HasNoCode(int id) { return id % 10 == 0; }
bool HasWrongCity(int id) { return id % 25 == 0; }

std::string Order(int id) {
  const std::string number = std::to_string(id);
  const std::string code = HasNoCode(id) ? "null" : "\"c" + number + "\"";
  const std::string city =
      HasWrongCity(id) ? number : "\"City " + number + "\"";
  return "{\"id\": " + number + ", \"code\": " + code +
         ", \"address\": {\"city\": " + city +
         ", \"zip\": \"0815\"}, \"lines\": [{\"sku\": \"s" + number +
         "\", \"count\": 2}], \"placed\": {\"$date\": 1600000000000}}";
}

}  // namespace

MemoryHost Shop(int orders) {
  MemoryHost host;
  MemorySource store = MemorySource::IndexedDb("shop", "orders");
  for (int id = 1; id <= orders; ++id) store.Put(std::to_string(id), Order(id));
  MemorySource local = MemorySource::LocalStorage();
  local.Put("\"settings.theme\"", "\"dark\"");
  local.Put("\"settings.sound\"", "\"off\"");
  local.Put("\"unrelated\"", "\"1\"");
  host.sources = {std::move(store), std::move(local)};
  return host;
}

int FailingOrders(int orders) {
  int failing = 0;
  for (int id = 1; id <= orders; ++id) {
    if (HasNoCode(id) || HasWrongCity(id)) ++failing;
  }
  return failing;
}

Plan ParsePlan(std::string_view json) {
  Result<Plan> plan = Plan::Parse(json);
  if (!plan.ok()) throw std::runtime_error(plan.error().message);
  return std::move(plan).value();
}

}  // namespace ferrite::testing
