namespace NnUNet.Foundation;

/// <summary>The name under which a class is found: the original's name where there is one.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class CatalogNameAttribute(string name) : Attribute
{
    /// <summary>The name, matched with case.</summary>
    public string Name { get; } = name;
}
