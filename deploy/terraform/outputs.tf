# Made by `deno run scripts/deploy_files.ts`; do not edit.

output "addresses" {
  description = "Where each service answers."
  value       = { for name, service in google_cloud_run_v2_service.service : name => service.uri }
}

output "push_service_account" {
  description = "Signs pushes and ticks: PUBSUB_PUSH_SERVICE_ACCOUNT, and the account of the subscriptions' tokens."
  value       = google_service_account.push.email
}
