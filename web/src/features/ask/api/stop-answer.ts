import { api } from "@/api/client";

export async function stopAnswer(turnId: string): Promise<void> {
  await api.POST("/api/v1/answers/{turn_id}/stop", { params: { path: { turn_id: turnId } } });
}
