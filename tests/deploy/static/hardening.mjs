// What every pod must promise: the restricted pod security standard, and our own reasons beside it.
import { containersOf, podTemplateOf } from './kustomize.mjs';

export function hardeningProblems(workload, dockerUser) {
  const { spec } = podTemplateOf(workload);
  const pod = [
    [spec.securityContext?.runAsNonRoot === true, 'may run as root'],
    [spec.securityContext?.runAsUser === dockerUser, 'runs as another user than the image'],
    [spec.securityContext?.seccompProfile?.type === 'RuntimeDefault', 'has no seccomp profile'],
    [spec.automountServiceAccountToken === false, 'gets a token of the Kubernetes API'],
    [spec.enableServiceLinks === false, 'gets variables such as ARENA_RATING_PORT, which look like settings'],
    [!spec.hostNetwork && !spec.hostPID && !spec.hostIPC, "shares the host's namespaces"],
  ];
  const containers = containersOf(workload).flatMap((container) => [
    [container.securityContext?.allowPrivilegeEscalation === false, 'may gain privileges'],
    [container.securityContext?.readOnlyRootFilesystem === true, 'may write its root file system'],
    [container.securityContext?.capabilities?.drop?.includes('ALL'), 'keeps capabilities'],
    [container.resources?.requests?.cpu && container.resources?.requests?.memory, 'requests no resources'],
    [container.resources?.limits?.memory, 'has no memory limit'],
    [!(container.env ?? []).some(({ name, value }) => value && /KEY|PASSWORD|TOKEN/.test(name)), 'has a secret in its manifest'],
    [/^[^:]+\/arena:\d+\.\d+\.\d+$/.test(container.image), 'has no image of a fixed version'],
  ]);
  return [...pod, ...containers].filter(([good]) => !good).map(([, what]) => `${workload.kind}/${workload.metadata.name} ${what}`);
}
