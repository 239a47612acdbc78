namespace NnUNet.Web.Frame;

/// <summary>Who may call.</summary>
/// <param name="Token">The token that callers must have; null for none.</param>
/// <param name="IsLoopback">Whether only this machine can reach the program.</param>
/// <param name="OpenPaths">Addresses that need no token.</param>
internal sealed record AccessRules(AccessToken? Token, bool IsLoopback, IReadOnlyList<string> OpenPaths);
