# Made by `deno run scripts/deploy_files.ts`; do not edit.

variable "project_id" {
  type        = string
  description = "The Google Cloud project."
}

variable "project_number" {
  type        = string
  description = "Its number, which stands in the addresses of Cloud Run."
}

variable "region" {
  type        = string
  description = "Where everything runs, such as europe-west1."
}

variable "image" {
  type        = string
  description = "The image with its tag."
}

variable "public_url" {
  type        = string
  description = "The address at which browsers and providers reach the office service."
}

variable "vespa_endpoint" {
  type        = string
  description = "The Vespa container's address."
}

variable "microsoft_client_id" {
  type        = string
  default     = ""
  description = "The application id of the Entra registration; empty without Microsoft 365."
}

variable "google_client_id" {
  type        = string
  default     = ""
  description = "The OAuth client's id; empty without Google Workspace."
}
